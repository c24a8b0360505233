// One WebRTC call: sound both ways, and RTVI messages by a data channel. No library, no other host.

import { noMicrophoneHere, refused } from "./trouble.js";

function levelOf(stream, show) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  let frame = 0;
  const look = () => {
    analyser.getByteTimeDomainData(samples);
    show(Math.min(1, Math.max(...samples.map((x) => Math.abs(x - 128))) / 64));
    frame = requestAnimationFrame(look);
  };
  look();
  return () => {
    cancelAnimationFrame(frame);
    show(0);
    context.close();
  };
}

function gathered(peer) {
  if (peer.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 2000);
    peer.addEventListener("icegatheringstatechange", () => {
      if (peer.iceGatheringState === "complete") {
        clearTimeout(timer);
        resolve();
      }
    });
  });
}

export async function listenTo(deviceId) {
  if (!navigator.mediaDevices) throw noMicrophoneHere();
  const asItIs = new URLSearchParams(location.search).has("raw"); // For tests with a recording.
  return navigator.mediaDevices.getUserMedia({
    audio: {
      echoCancellation: !asItIs,
      noiseSuppression: !asItIs,
      autoGainControl: !asItIs,
      ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
    },
  });
}

export class Call {
  // `on`: message(type, data), voice(stream), lost(), yourLevel(x), botLevel(x).
  constructor(microphone, on) {
    this.microphone = microphone;
    this.on = on;
    this.peer = new RTCPeerConnection();
    this.isOver = false;
    this.isMuted = false;
    this.stopLevels = [levelOf(microphone, on.yourLevel)];
  }

  async start() {
    const { peer } = this;
    this.channel = peer.createDataChannel("chat", { ordered: true });
    const sending = peer.addTransceiver(this.microphone.getAudioTracks()[0], { direction: "sendrecv" });
    this.sender = sending.sender;
    peer.addEventListener("track", ({ track, streams }) => {
      if (track.kind !== "audio") return;
      const stream = streams[0] ?? new MediaStream([track]);
      this.on.voice(stream);
      this.stopLevels.push(levelOf(stream, this.on.botLevel));
    });
    peer.addEventListener("connectionstatechange", () => {
      const isLost = ["failed", "closed", "disconnected"].includes(peer.connectionState);
      if (isLost && !this.isOver) this.on.lost();
    });
    this.channel.addEventListener("open", () => {
      const about = { library: "pipecat_voice_bot" };
      this.send("client-ready", { version: "1.0.0", about });
      this.pings = setInterval(() => {
        if (this.channel.readyState === "open") this.channel.send(`ping: ${Date.now()}`);
      }, 1000);
    });
    this.channel.addEventListener("message", ({ data }) => {
      let message;
      try { message = JSON.parse(data); } catch { return; }
      if (message?.label === "rtvi-ai") this.on.message(message.type, message.data);
    });

    await peer.setLocalDescription(await peer.createOffer());
    await gathered(peer);
    const { sdp, type } = peer.localDescription;
    const response = await fetch("/api/offer", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ sdp, type }),
    });
    if (!response.ok) throw refused(response.status);
    await peer.setRemoteDescription(await response.json());
  }

  send(type, data) {
    const id = crypto.randomUUID?.() ?? String(Date.now());
    if (this.channel?.readyState !== "open") return;
    this.channel.send(JSON.stringify({ label: "rtvi-ai", type, id, data }));
  }

  mute(isMuted) {
    this.isMuted = isMuted;
    this.microphone.getAudioTracks().forEach((track) => (track.enabled = !isMuted));
  }

  async changeMicrophone(deviceId) {
    const microphone = await listenTo(deviceId);
    await this.sender.replaceTrack(microphone.getAudioTracks()[0]);
    this.microphone.getTracks().forEach((track) => track.stop());
    this.stopLevels.shift()();
    this.microphone = microphone;
    this.stopLevels.unshift(levelOf(microphone, this.on.yourLevel));
    this.mute(this.isMuted);
  }

  end() {
    this.isOver = true;
    clearInterval(this.pings);
    this.stopLevels.forEach((stop) => stop());
    this.microphone.getTracks().forEach((track) => track.stop());
    this.peer.close();
  }
}
