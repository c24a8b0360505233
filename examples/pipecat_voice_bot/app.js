// The page of the voice bot: its buttons, and what they do.
//
// The bot's processor says, as RTVI server messages, what text it received ("bot-received"), what of
// it has been heard ("bot-heard"), when a reply was cut ("bot-cut"), and what the model was then
// told ("bot-interruption"). The bot itself says what went wrong ("trouble").

import * as captions from "./captions.js";
import { Call, listenTo } from "./call.js";
import { LOST, SILENT, whatToDo } from "./trouble.js";

const TRIES = 3;
const byId = (id) => document.getElementById(id);
const button = byId("call");
let call = null;
let hush = 0;
let hasSpoken = false;

function setStatus(state, text) {
  byId("status").dataset.state = state;
  byId("status").textContent = text;
}

function say(trouble) {
  byId("trouble").textContent = trouble;
  byId("trouble").hidden = !trouble;
  if (trouble) setStatus("failed", "Needs your help");
}

// --- what the bot says

const onServer = {
  "bot-received": captions.received,
  "bot-heard": captions.heard,
  "bot-interruption": captions.told,
  "bot-cut": (data) => {
    captions.cut(data);
    setStatus("cut", "Interrupted");
  },
  trouble: ({ text }) => {
    clearTimeout(hush);
    say(text);
  },
};

const onRtvi = {
  "bot-ready": () => {
    if (byId("trouble").hidden) setStatus("listening", "Listening");
    clearTimeout(hush); // It may be said twice, and after the first word.
    if (!hasSpoken) hush = setTimeout(() => say(SILENT), 20_000);
  },
  "server-message": (data) => onServer[data?.type]?.(data),
  "user-transcription": captions.userSaid,
  "bot-started-speaking": () => {
    clearTimeout(hush);
    hasSpoken = true;
    say("");
    setStatus("speaking", "Speaking");
  },
  "bot-stopped-speaking": () => setStatus("listening", "Listening"),
  error: (data) => console.info("The bot says:", data?.error),
};

// --- the call

function isUp(up) {
  button.textContent = up ? "Hang up" : "Start talking";
  button.dataset.on = String(up);
  for (const id of ["mute", "stop", "typing", "devices"]) byId(id).hidden = !up;
  byId("questions").hidden = !up || !byId("questions").children.length;
  byId("mute").setAttribute("aria-pressed", "false");
  byId("mute").textContent = "Mute";
}

async function start() {
  const microphone = await listenTo(byId("microphones").value);
  captions.newCall();
  hasSpoken = false;
  call = new Call(microphone, {
    message: (type, data) => onRtvi[type]?.(data),
    voice: (stream) => (byId("voice").srcObject = stream),
    lost: reconnect,
    yourLevel: (level) => (byId("your-level").value = level),
    botLevel: (level) => (byId("bot-level").value = level),
  });
  await call.start();
  isUp(true);
  await listDevices();
}

function end() {
  clearTimeout(hush);
  call?.end();
  call = null;
  isUp(false);
}

async function reconnect() {
  for (let number = 1; number <= TRIES; number += 1) {
    end();
    setStatus("connecting", `Connection lost. Trying again (${number} of ${TRIES}) …`);
    button.disabled = true;
    await new Promise((resolve) => setTimeout(resolve, 1000 * number));
    try {
      await start();
      button.disabled = false;
      return;
    } catch { /* The next try, or what to do. */ }
  }
  button.disabled = false;
  end();
  say(LOST);
}

button.addEventListener("click", async () => {
  if (call) {
    end();
    say("");
    setStatus("idle", "Not connected");
    return;
  }
  button.disabled = true;
  say("");
  setStatus("connecting", "Connecting …");
  try {
    await start();
  } catch (error) {
    end();
    say(whatToDo(error));
  }
  button.disabled = false;
});

// --- beside speaking

function type(text) {
  if (!call || !text.trim()) return;
  captions.userTyped(text.trim());
  call.send("client-message", { t: "say", d: { text: text.trim() } });
}

byId("typing").addEventListener("submit", (event) => {
  event.preventDefault();
  type(byId("text").value);
  byId("text").value = "";
});

byId("mute").addEventListener("click", () => {
  call?.mute(!call.isMuted);
  byId("mute").setAttribute("aria-pressed", String(Boolean(call?.isMuted)));
  byId("mute").textContent = call?.isMuted ? "Unmute" : "Mute";
});

byId("stop").addEventListener("click", () => call?.send("client-message", { t: "stop" }));

// --- devices

async function listDevices() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  fill(byId("microphones"), devices.filter((one) => one.kind === "audioinput"));
  const speakers = devices.filter((one) => one.kind === "audiooutput");
  byId("speaker-choice").hidden = !speakers.length || !byId("voice").setSinkId;
  fill(byId("speakers"), speakers);
}

function fill(select, devices) {
  const chosen = select.value;
  select.replaceChildren(...devices.map((one) => new Option(one.label || "Standard", one.deviceId)));
  if (devices.some((one) => one.deviceId === chosen)) select.value = chosen;
}

byId("microphones").addEventListener("change", async ({ target }) => {
  try { await call?.changeMicrophone(target.value); } catch (error) { say(whatToDo(error)); }
});
byId("speakers").addEventListener("change", async ({ target }) => {
  try { await byId("voice").setSinkId(target.value); } catch (error) { say(whatToDo(error)); }
});
navigator.mediaDevices?.addEventListener("devicechange", () => call && listDevices());

// --- before a call

const about = await fetch("about.json").then((answer) => answer.json()).catch(() => ({}));
byId("badge").hidden = !about.scripted;
if (byId("deaf")) byId("deaf").hidden = about.understands_speech !== false;
for (const text of about.questions ?? []) {
  const suggestion = document.createElement("button");
  suggestion.type = "button";
  suggestion.className = "small";
  suggestion.textContent = text;
  suggestion.addEventListener("click", () => type(text));
  byId("questions").append(suggestion);
}
