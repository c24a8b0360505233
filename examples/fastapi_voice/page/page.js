// @ts-check
/**
 * The page: one call over one WebSocket, captions that show what was heard, and what to do when
 * something goes wrong. `docs/browser.md` has the messages. No library, no other host.
 */

import { Microphone } from "./microphone.js";
import { Player } from "./player.js";

/** Silence of the socket after which it is dead; the server says something every 4 s. */
const DEAD_AFTER_MS = 10_000;
/** Waits before connecting again, in ms; then it is for the user to try. */
const RETRY_MS = [300, 1_000, 2_000, 4_000, 8_000];

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const button = (/** @type {string} */ id) => /** @type {HTMLButtonElement} */ (byId(id));
const words = /** @type {HTMLInputElement} */ (byId("words"));
const device = /** @type {HTMLSelectElement} */ (byId("device"));
const talk = byId("talk");

/**
 * @typedef {object} Call
 * @property {Player} player
 * @property {Microphone | undefined} microphone
 * @property {WebSocket | undefined} socket
 * @property {boolean} ready Gemini listens.
 * @property {string | null} resume With this a new connection goes on with the conversation.
 * @property {number} tries Connections in a row that failed.
 * @property {string[]} typed Words that wait until Gemini listens.
 * @property {number} lastHeardOf When the server last said anything.
 * @property {number} timers
 */
/** @type {Call | undefined} */
let call;
let muted = false;

// --- what the user sees

/** @param {string} state @param {string} text */
function status(state, text) {
  byId("status").dataset.state = state;
  byId("status").textContent = text;
}

/** @param {string} what @param {string} todo */
function problem(what, todo) {
  byId("what").textContent = what;
  byId("todo").textContent = todo;
  byId("problem").hidden = false;
}

/** @param {string} kind @param {string} who */
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
  return article;
}

let atEnd = true;
talk.addEventListener("scroll", () => {
  atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
});
function follow() {
  if (atEnd) talk.scrollTop = talk.scrollHeight;
}

/** @type {HTMLElement | undefined} The reply that is being spoken, or was last. */
let reply;

/**
 * A reply, as far as it was heard.
 * @param {{id: number, heard: string, rest: string, cut?: {heard_ms: number, received_ms: number}}} caption
 */
function showReply({ id, heard, rest, cut }) {
  if (reply?.dataset.id !== String(id)) {
    reply = card("model", "Model");
    reply.dataset.id = String(id);
    const parts = [document.createElement("span"), document.createElement("span")];
    parts[0].className = "heard";
    reply.querySelector(".text")?.append(...parts);
  }
  const [first, second] = reply.querySelectorAll("span");
  first.textContent = heard;
  second.textContent = rest;
  second.className = cut ? "lost" : "coming";
  if (cut) {
    reply.dataset.heardMs = String(cut.heard_ms);
    const line = document.createElement("p");
    line.className = "cut";
    const seconds = (/** @type {number} */ ms) => (ms / 1000).toFixed(1);
    line.textContent = `You heard ${seconds(cut.heard_ms)} of ${seconds(cut.received_ms)} seconds.`;
    reply.append(line);
  }
  follow();
}

/** @param {string} text */
function showUser(text) {
  const last = talk.lastElementChild;
  const open = last?.className === "user" ? /** @type {HTMLElement} */ (last) : card("user", "You");
  const said = /** @type {HTMLElement} */ (open.querySelector(".text"));
  said.textContent = (said.textContent + text).trimStart();
  follow();
}

// --- the socket

/** @param {object} message */
function tell(message) {
  if (call?.socket?.readyState === WebSocket.OPEN) call.socket.send(JSON.stringify(message));
}

function connect() {
  if (!call) return;
  const socket = (call.socket = new WebSocket(new URL("live", location.href.replace(/^http/, "ws"))));
  socket.binaryType = "arraybuffer";
  call.ready = false;
  call.lastHeardOf = Date.now();
  socket.onopen = () => tell({ start: { resume: call?.resume ?? null } });
  socket.onmessage = ({ data }) => {
    if (!call || socket !== call.socket) return;
    call.lastHeardOf = Date.now();
    if (data instanceof ArrayBuffer) call.player.push(data);
    else take(call, JSON.parse(data));
  };
  socket.onclose = () => {
    if (call && socket === call.socket) lost(call);
  };
}

/** @param {Call} call @param {any} message */
function take(call, message) {
  if (message.flush !== undefined) call.player.flush(message.flush);
  if (message.caption) showReply(message.caption);
  if (message.user) showUser(message.user);
  if (message.resume) call.resume = message.resume;
  if (message.stand_in !== undefined) {
    byId("badge").hidden = byId("script").hidden = !message.stand_in;
  }
  if (message.state === "ready") {
    call.ready = true;
    call.tries = 0;
    byId("problem").hidden = true;
    status("listening", "Listening");
    for (const text of call.typed.splice(0)) tell({ say: text });
  }
  if (message.state === "connecting") {
    call.ready = false;
    status("connecting", "Connecting …");
  }
  if (message.problem) {
    problem(message.problem.what, message.problem.todo);
    if (message.problem.final) {
      end();
      status("failed", "Not connected");
    }
  }
}

/** The connection is gone, and nobody wanted it. @param {Call} call */
function lost(call) {
  call.socket = undefined;
  call.ready = false;
  call.player.flush(0); // The new connection counts its flushes from 0.
  reply?.querySelector(".coming")?.setAttribute("class", "lost");
  reply = undefined;
  const wait = RETRY_MS[call.tries++];
  if (wait === undefined) {
    end();
    status("failed", "Not connected");
    problem(
      "The server does not answer.",
      "Look whether it is running and whether this device is online, then try again.",
    );
    return;
  }
  status("connecting", navigator.onLine ? "Connection lost. Connecting again …" : "You are offline …");
  clearTimeout(call.timers);
  call.timers = setTimeout(connect, wait);
}

// A network that is gone says nothing: the socket would seem to be open for minutes.
setInterval(() => {
  if (call?.socket && Date.now() - call.lastHeardOf > DEAD_AFTER_MS) {
    const dead = call.socket;
    lost(call);
    dead.close();
  }
}, 1_000);

window.addEventListener("online", () => {
  if (!call || call.socket) return;
  call.tries = 0;
  clearTimeout(call.timers);
  connect();
});

// --- the call

async function start() {
  byId("problem").hidden = true;
  const player = new Player();
  const now = (call = {
    player,
    microphone: undefined,
    socket: undefined,
    ready: false,
    resume: null,
    tries: 0,
    typed: [],
    lastHeardOf: 0,
    timers: 0,
  });
  reply = undefined;
  button("call").textContent = "End call";
  button("call").dataset.on = "true";
  status("connecting", "Connecting …");
  try {
    await player.start();
  } catch (error) {
    end();
    return problem("There is no sound.", /** @type {Error} */ (error).message);
  }
  player.onplayed = (played, after) => tell({ played, after });
  player.onspeaking = (speaking) => {
    button("stop").disabled = !speaking;
    if (now.ready) status(speaking ? "speaking" : "listening", speaking ? "Speaking" : "Listening");
  };
  player.onflushed = ({ heard }) => {
    if (heard && reply) reply.dataset.playedMs = String(heard / 24);
  };
  connect();
  await listen();
}

/** Open the microphone; without one the user can type. @param {string} [wanted] */
async function listen(wanted) {
  const now = call;
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "SecurityError");
    const microphone = await Microphone.open(wanted);
    if (now !== call || !now) return microphone.close(); // The call was ended meanwhile.
    now.microphone?.close();
    now.microphone = microphone;
    microphone.mute(muted);
    microphone.onpcm = (pcm) => {
      if (now.ready && now.socket?.readyState === WebSocket.OPEN) now.socket.send(pcm);
    };
    microphone.onlevel = (level) => {
      const bar = /** @type {HTMLElement} */ (byId("level").firstElementChild);
      bar.style.transform = `scaleX(${Math.min(1, level * 2)})`;
    };
    microphone.onended = () => problem(...noMicrophone("ended"));
    button("mute").disabled = false;
    await showDevices(microphone.device);
  } catch (error) {
    problem(...noMicrophone(/** @type {Error} */ (error).name));
  }
}

/** @param {string} name of the error @returns {[string, string]} what is wrong, and what to do */
function noMicrophone(name) {
  const meanwhile = "You can type meanwhile.";
  switch (name) {
    case "SecurityError":
      return ["The browser gives no microphone to this page.", `Open it by https, or as localhost. ${meanwhile}`];
    case "NotAllowedError":
      return ["The microphone was refused.", `Allow it beside the page's address, then start anew. ${meanwhile}`];
    case "NotFoundError":
    case "OverconstrainedError":
      return ["There is no microphone.", `Plug one in, then start anew. ${meanwhile}`];
    case "ended":
      return ["The microphone is gone.", `Plug it in again or choose another one. ${meanwhile}`];
    default:
      return ["The microphone does not start.", `Close other programs that use it, then start anew. ${meanwhile}`];
  }
}

/** @param {string | undefined} inUse */
async function showDevices(inUse) {
  const all = await navigator.mediaDevices.enumerateDevices();
  const microphones = all.filter((one) => one.kind === "audioinput" && one.label);
  device.replaceChildren(
    ...microphones.map((one) => new Option(one.label, one.deviceId, false, one.deviceId === inUse)),
  );
  byId("devices").hidden = microphones.length < 2;
}

function end() {
  if (!call) return;
  const { player, microphone, socket, timers } = call;
  call = undefined;
  clearTimeout(timers);
  microphone?.close();
  socket?.close();
  void player.close();
  button("call").textContent = "Start talking";
  button("call").dataset.on = "false";
  button("mute").disabled = button("stop").disabled = true;
  byId("devices").hidden = true;
  /** @type {HTMLElement} */ (byId("level").firstElementChild).style.transform = "";
  status("idle", "Not connected");
}

button("call").onclick = () => (call ? end() : start());
button("again").onclick = () => {
  end();
  void start();
};
button("dismiss").onclick = () => (byId("problem").hidden = true);
button("mute").onclick = () => {
  muted = !muted;
  call?.microphone?.mute(muted);
  button("mute").setAttribute("aria-pressed", String(muted));
  button("mute").textContent = muted ? "Unmute" : "Mute";
};
button("stop").onclick = () => {
  call?.player.flush();
  tell({ stop: true });
};
device.onchange = () => listen(device.value);
byId("say").onsubmit = (event) => {
  event.preventDefault();
  const text = words.value.trim();
  if (!text) return;
  words.value = "";
  if (!call) void start();
  showUser(talk.lastElementChild?.className === "user" ? `\n${text}` : text);
  if (call?.ready) tell({ say: text });
  else call?.typed.push(text);
};
