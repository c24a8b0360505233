// The page of the voice bot: one WebRTC call, and captions that show what was heard.
//
// The bot's processor says, as RTVI server messages, what text it received ("bot-received"), what of
// it has been heard ("bot-heard"), when a reply was cut ("bot-cut"), and what the model was then
// told ("bot-interruption"). Everything on the page follows from these and from the user's
// transcripts. No library, no other host.

"use strict";

const byId = (id) => document.getElementById(id);
const talk = byId("talk");
const button = byId("call");

let call = null;

function setStatus(state, text) {
  byId("status").dataset.state = state;
  byId("status").textContent = text;
}

// --- captions

const replies = new Map();
let cutReply = null;

function card(kind, who) {
  byId("welcome")?.remove();
  const article = document.createElement("article");
  article.className = kind;
  const label = document.createElement("p");
  label.className = "who";
  label.textContent = who;
  const text = document.createElement("p");
  text.className = "text";
  article.append(label, text);
  talk.append(article);
  return { article, text };
}

function replyOf(number) {
  if (!replies.has(number)) {
    const parts = card("model", "Bot");
    const heard = document.createElement("span");
    const rest = document.createElement("span");
    heard.className = "heard";
    rest.className = "coming";
    parts.text.append(heard, rest);
    replies.set(number, { ...parts, heard, rest, received: "", known: 0, isCut: false });
  }
  return replies.get(number);
}

function show(reply) {
  reply.heard.textContent = reply.received.slice(0, reply.known);
  reply.rest.textContent = reply.received.slice(reply.known);
  reply.rest.className = reply.isCut ? "lost" : "coming";
  follow();
}

// Keep the end in sight, unless the reader has scrolled up.
let atEnd = true;
talk.addEventListener("scroll", () => {
  atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
});
function follow() {
  if (atEnd) talk.scrollTop = talk.scrollHeight;
}

const words = (text) => text.split(/\s+/).filter(Boolean).length;

const onServer = {
  "bot-received"({ reply, text }) {
    const one = replyOf(reply);
    one.received += text;
    show(one);
  },
  "bot-heard"({ reply, text }) {
    const one = replyOf(reply);
    one.known += text.length;
    show(one);
  },
  "bot-cut"({ reply }) {
    const one = replyOf(reply);
    one.isCut = true;
    cutReply = one;
    show(one);
    setStatus("cut", "Interrupted");
  },
  "bot-interruption"({ heard, unheard, note }) {
    if (!cutReply) return;
    const line = document.createElement("p");
    line.className = "cut-line";
    line.textContent = `You heard ${words(heard)} of ${words(heard + unheard)} words.`;
    cutReply.article.append(line);
    if (note) {
      const details = document.createElement("details");
      const summary = document.createElement("summary");
      summary.textContent = "What the model was told";
      const pre = document.createElement("pre");
      pre.textContent = note;
      details.append(summary, pre);
      cutReply.article.append(details);
    }
    follow();
  },
};

let utterance = null;

const onRtvi = {
  "server-message": (data) => onServer[data?.type]?.(data),
  "user-transcription"({ text, final }) {
    utterance ??= card("user", "You").text;
    utterance.textContent = text;
    if (final) utterance = null;
    follow();
  },
  "bot-started-speaking": () => setStatus("speaking", "Speaking"),
  "bot-stopped-speaking": () => setStatus("listening", "Listening"),
  error: (data) => console.warn("The bot says:", data),
};

// --- the call

function meter(stream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 256;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const bars = [...byId("meter").children];
  const weights = [0.5, 0.8, 1, 0.8, 0.5];
  let frame = 0;
  const draw = () => {
    analyser.getByteTimeDomainData(samples);
    const level = Math.min(1, Math.max(...samples.map((x) => Math.abs(x - 128))) / 40);
    byId("meter").dataset.loud = String(level > 0.25);
    bars.forEach((bar, i) => (bar.style.height = `${5 + 27 * level * weights[i]}px`));
    frame = requestAnimationFrame(draw);
  };
  draw();
  return () => {
    cancelAnimationFrame(frame);
    bars.forEach((bar) => (bar.style.height = ""));
    byId("meter").dataset.loud = "false";
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

async function start() {
  const asItIs = new URLSearchParams(location.search).has("raw"); // For tests with a recording.
  const microphone = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: !asItIs, noiseSuppression: !asItIs, autoGainControl: !asItIs },
  });
  const peer = new RTCPeerConnection();
  const channel = peer.createDataChannel("chat", { ordered: true });
  const stopMeter = meter(microphone);
  call = { microphone, peer, stopMeter, pings: 0 };

  peer.addTransceiver(microphone.getAudioTracks()[0], { direction: "sendrecv" });
  peer.addEventListener("track", ({ track, streams }) => {
    if (track.kind === "audio") byId("voice").srcObject = streams[0] ?? new MediaStream([track]);
  });
  peer.addEventListener("connectionstatechange", () => {
    if (["failed", "closed", "disconnected"].includes(peer.connectionState)) stop("Call ended");
  });
  channel.addEventListener("open", () => {
    channel.send(JSON.stringify({
      label: "rtvi-ai",
      type: "client-ready",
      id: "1",
      data: { version: "1.0.0", about: { library: "pipecat_voice_bot" } },
    }));
    call.pings = setInterval(() => {
      if (channel.readyState === "open") channel.send(`ping: ${Date.now()}`);
    }, 1000);
    setStatus("listening", "Listening");
  });
  channel.addEventListener("message", ({ data }) => {
    let message;
    try { message = JSON.parse(data); } catch { return; }
    if (message?.label === "rtvi-ai") onRtvi[message.type]?.(message.data);
  });

  await peer.setLocalDescription(await peer.createOffer());
  await gathered(peer);
  const { sdp, type } = peer.localDescription;
  const response = await fetch("/api/offer", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sdp, type }),
  });
  if (!response.ok) throw new Error(`The bot answered ${response.status}.`);
  await peer.setRemoteDescription(await response.json());
}

function stop(text) {
  if (!call) return;
  const { microphone, peer, stopMeter, pings } = call;
  call = null;
  clearInterval(pings);
  stopMeter();
  microphone.getTracks().forEach((track) => track.stop());
  peer.close();
  button.textContent = "Start talking";
  button.dataset.on = "false";
  setStatus("idle", text);
}

button.addEventListener("click", async () => {
  if (call) return stop("Not connected");
  replies.clear();
  cutReply = utterance = null;
  button.disabled = true;
  setStatus("connecting", "Connecting …");
  try {
    await start();
    button.textContent = "Hang up";
    button.dataset.on = "true";
  } catch (error) {
    stop("");
    const refused = error.name === "NotAllowedError";
    setStatus("failed", refused ? "The microphone was refused" : error.message);
  }
  button.disabled = false;
});
