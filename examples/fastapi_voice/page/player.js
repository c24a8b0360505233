// @ts-check
/**
 * Plays a model's voice in the browser, and counts what was played: to the sample, and when it
 * leaves the loudspeaker. Copy this file; it needs no library and no build step.
 *
 *     const player = new Player();
 *     player.onplayed = (played, after) => socket.send(JSON.stringify({ played, after }));
 *     button.onclick = () => player.start();   // browsers play only after a click or a key
 *     socket.binaryType = "arraybuffer";
 *     socket.onmessage = ({ data }) => {
 *       if (data instanceof ArrayBuffer) return player.push(data);
 *       const message = JSON.parse(data);
 *       if (message.flush !== undefined) player.flush(message.flush);
 *     };
 *
 * Those are the three messages of its protocol:
 *
 * - server to page, binary: 24 kHz mono PCM, signed 16 bit, little endian.
 * - server to page, `{"flush": n}`: the user took the floor; be silent now. `n` counts up.
 * - page to server, `{"played": samples, "after": n}`: so many more samples were heard; `n` is the
 *   last flush before them, so that a report that was on its way when the server flushed is not
 *   taken for one of the next reply.
 *
 * The file is loaded twice: the page imports `Player`, and `Player` loads it into the audio thread,
 * where the counting is done. A busy page delays a report, but never falsifies it.
 */

/** Samples a second: what Gemini Live sends. */
export const RATE = 24_000;

/** Samples between two reports: 40 ms. */
const REPORT_EVERY = 960;

/**
 * What the audio thread does, without the audio thread: a queue that knows what was heard.
 *
 * A sample is *heard* when it has left the loudspeaker: `lag` blocks after it was handed out.
 */
export class Playout {
  constructor() {
    /** Samples heard since the last flush. */
    this.heard = 0;
    /** Samples queued and not yet handed out. */
    this.queued = 0;
    /** Blocks between handing out a sample and its sound: the device's latency. */
    this.lag = 0;
    /** @type {Int16Array[]} */
    this._chunks = [];
    this._offset = 0;
    /** @type {number[]} What each of the last blocks held; the device still has them. */
    this._inDevice = [];
  }

  /** Whether something is still to be heard. */
  get busy() {
    return this.queued > 0 || this._inDevice.some((held) => held > 0);
  }

  /**
   * Queue audio.
   * @param {ArrayBuffer} pcm signed 16 bit, little endian; an odd last byte is dropped.
   */
  push(pcm) {
    const samples = new Int16Array(pcm, 0, pcm.byteLength >> 1);
    if (!samples.length) return;
    this._chunks.push(samples);
    this.queued += samples.length;
  }

  /**
   * Hand out the next block; silence where nothing is queued.
   * @param {Float32Array} out
   */
  fill(out) {
    let filled = 0;
    while (filled < out.length && this._chunks.length) {
      const chunk = this._chunks[0];
      const count = Math.min(out.length - filled, chunk.length - this._offset);
      for (let i = 0; i < count; i++) out[filled + i] = chunk[this._offset + i] / 32768;
      filled += count;
      this._offset += count;
      if (this._offset === chunk.length) {
        this._chunks.shift();
        this._offset = 0;
      }
    }
    out.fill(0, filled);
    this.queued -= filled;
    this._inDevice.push(filled);
    while (this._inDevice.length > this.lag) this.heard += this._inDevice.shift() ?? 0;
  }

  /**
   * Drop what was not handed out, and count anew.
   * @returns {{heard: number, dropped: number}} samples heard since the flush before, and dropped.
   */
  flush() {
    const done = { heard: this.heard, dropped: this.queued };
    this._chunks = [];
    this._offset = this.queued = this.heard = 0;
    this._inDevice = this._inDevice.map(() => 0);
    return done;
  }
}

/** The page's side. */
export class Player {
  constructor() {
    /** @type {(played: number, after: number) => void} Samples heard since the last report. */
    this.onplayed = () => {};
    /** @type {(flush: {heard: number, dropped: number}) => void} A flush was done; in samples. */
    this.onflushed = () => {};
    /** @type {(speaking: boolean) => void} The voice begins or ends. */
    this.onspeaking = () => {};
    /** Whether something is still to be heard. */
    this.speaking = false;
    /** @type {AudioContext | undefined} */
    this._context = undefined;
    /** @type {AudioWorkletNode | undefined} */
    this._node = undefined;
  }

  /** Get ready to play. Call it while a click or a key is handled. */
  async start() {
    if (typeof AudioWorkletNode === "undefined") {
      throw new Error("This browser plays no audio here: open the page by https or on localhost.");
    }
    const context = (this._context = new AudioContext({ sampleRate: RATE }));
    void context.resume();
    // A phone call or another app may take the sound away; nothing is counted while it is gone.
    context.onstatechange = () => {
      if (context.state !== "running" && context.state !== "closed") void context.resume();
    };
    await context.audioWorklet.addModule(import.meta.url);
    const node = (this._node = new AudioWorkletNode(context, "counting-player", {
      numberOfInputs: 0,
      outputChannelCount: [1],
    }));
    node.connect(context.destination);
    node.port.onmessage = ({ data }) => this._told(context, node, data);
  }

  /**
   * Queue audio that came from the server.
   * @param {ArrayBuffer} pcm is handed over: it cannot be read afterwards.
   */
  push(pcm) {
    this._node?.port.postMessage({ pcm }, [pcm]);
  }

  /**
   * Be silent now.
   * @param {number} [after] the number that reports carry from now on; without one, as before.
   */
  flush(after) {
    this._node?.port.postMessage({ flush: after ?? null });
  }

  /** Stop for good. */
  async close() {
    this._node?.disconnect();
    const context = this._context;
    this._context = this._node = undefined;
    if (context && context.state !== "closed") await context.close();
  }

  /**
   * @param {AudioContext} context
   * @param {AudioWorkletNode} node
   * @param {any} data
   */
  _told(context, node, data) {
    // It changes when headphones are plugged in. A browser that does not tell it counts as quick.
    node.port.postMessage({ latency: context.outputLatency || 0 });
    if (data.flushed) this.onflushed(data.flushed);
    if (data.played) this.onplayed(data.played, data.after);
    if (data.speaking !== undefined && data.speaking !== this.speaking) {
      this.speaking = data.speaking;
      this.onspeaking(this.speaking);
    }
  }
}

// --- in the audio thread

const scope = /** @type {any} */ (globalThis);
if (scope.registerProcessor) {
  class CountingPlayer extends scope.AudioWorkletProcessor {
    constructor() {
      super();
      this.playout = new Playout();
      this.after = 0;
      this.reported = 0;
      this.wasBusy = false;
      this.port.onmessage = (/** @type {MessageEvent} */ { data }) => {
        if (data.pcm) this.playout.push(data.pcm);
        if (data.latency !== undefined) this.playout.lag = Math.round((data.latency * RATE) / 128);
        if (data.flush !== undefined) {
          this.report(); // What was heard before it belongs to the flush before.
          const flushed = this.playout.flush();
          this.after = data.flush ?? this.after;
          this.reported = 0;
          this.port.postMessage({ flushed, speaking: false });
        }
      };
    }

    report() {
      const played = this.playout.heard - this.reported;
      this.reported = this.playout.heard;
      this.port.postMessage({ played, after: this.after, speaking: this.playout.busy });
    }

    /**
     * @param {Float32Array[][]} _inputs
     * @param {Float32Array[][]} outputs
     */
    process(_inputs, outputs) {
      this.playout.fill(outputs[0][0]);
      const busy = this.playout.busy;
      const due = this.playout.heard - this.reported >= REPORT_EVERY;
      if (due || busy !== this.wasBusy) this.report();
      this.wasBusy = busy;
      return true;
    }
  }
  scope.registerProcessor("counting-player", CountingPlayer);
}
