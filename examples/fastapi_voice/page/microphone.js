// @ts-check
/**
 * The microphone as Gemini Live wants it: 16 kHz mono PCM, signed 16 bit, in pieces of 40 ms.
 *
 *     const microphone = await Microphone.open();
 *     microphone.onpcm = (pcm) => socket.send(pcm);
 *
 * Like `player.js`, this file is loaded twice: by the page, and by it into the audio thread.
 */

/** Samples a second: what Gemini Live listens to. */
export const RATE = 16_000;

/** Samples in a piece. */
const PIECE = 640;

/** Turns a device's rate into 16 kHz: each new sample is the mean of the old ones in its time. */
export class Downsampler {
  /** @param {number} from the device's rate, 16,000 or more. */
  constructor(from) {
    this._step = from / RATE;
    this._sum = 0;
    this._weight = 0;
  }

  /**
   * @param {Float32Array} samples
   * @returns {number[]} at 16 kHz, -1 to 1.
   */
  take(samples) {
    const out = [];
    for (const sample of samples) {
      const room = this._step - this._weight;
      if (room > 1) {
        this._sum += sample;
        this._weight += 1;
      } else {
        out.push((this._sum + sample * room) / this._step);
        this._weight = 1 - room;
        this._sum = sample * this._weight;
      }
    }
    return out;
  }
}

/** An open microphone. */
export class Microphone {
  /**
   * @param {MediaStream} stream
   * @param {AudioContext} context
   */
  constructor(stream, context) {
    /** @type {(pcm: ArrayBuffer) => void} */
    this.onpcm = () => {};
    /** @type {(level: number) => void} 0 to 1, for each piece. */
    this.onlevel = () => {};
    /** @type {() => void} It was unplugged, or taken away. */
    this.onended = () => {};
    this._stream = stream;
    this._context = context;
  }

  /**
   * Ask for the microphone.
   * @param {string} [device] a `deviceId`; by default the browser's choice.
   * @throws {DOMException} as `getUserMedia` does: NotAllowedError, NotFoundError, ...
   */
  static async open(device) {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        deviceId: device ? { exact: device } : undefined,
        channelCount: 1,
        // Without it the model's own voice comes back from the loudspeaker and barges in.
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
      },
    });
    // At the device's own rate: Firefox does not take a microphone into a context of another.
    const context = new AudioContext();
    const microphone = new Microphone(stream, context);
    await context.audioWorklet.addModule(import.meta.url);
    const node = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => {
      microphone.onlevel(data.level);
      microphone.onpcm(data.pcm);
    };
    context.createMediaStreamSource(stream).connect(node);
    stream.getAudioTracks()[0].onended = () => microphone.onended();
    await context.resume();
    return microphone;
  }

  /** The `deviceId` in use. */
  get device() {
    return this._stream.getAudioTracks()[0].getSettings().deviceId;
  }

  /**
   * Muted, it goes on sending silence: the model's ear ends a turn only while audio keeps coming.
   * @param {boolean} muted
   */
  mute(muted) {
    for (const track of this._stream.getAudioTracks()) track.enabled = !muted;
  }

  /** Let go of it. */
  close() {
    for (const track of this._stream.getTracks()) track.stop();
    void this._context.close();
  }
}

// --- in the audio thread

const scope = /** @type {any} */ (globalThis);
if (scope.registerProcessor) {
  class Capture extends scope.AudioWorkletProcessor {
    constructor() {
      super();
      this.downsampler = new Downsampler(scope.sampleRate);
      this.piece = new Int16Array(PIECE);
      this.count = 0;
      this.loudest = 0;
    }

    /** @param {Float32Array[][]} inputs */
    process(inputs) {
      const channel = inputs[0][0];
      if (!channel) return true;
      for (const sample of this.downsampler.take(channel)) {
        const clipped = Math.max(-1, Math.min(1, sample));
        this.loudest = Math.max(this.loudest, Math.abs(clipped));
        this.piece[this.count++] = Math.round(clipped * 32767);
        if (this.count === PIECE) {
          const pcm = this.piece.slice().buffer;
          this.port.postMessage({ pcm, level: this.loudest }, [pcm]);
          this.count = this.loudest = 0;
        }
      }
      return true;
    }
  }
  scope.registerProcessor("microphone", Capture);
}
