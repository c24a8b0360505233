"use strict";
// Draws the lanes of one call, plays its sound, and shows the details of what is clicked.
const call = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const lanes = $("lanes");
const sound = $("sound");
const names = {
  user: "User", received: "Model, received", heard: "Model, heard", unheard: "Not heard",
  interruptions: "Barge-ins", notes: "Told to the model", outcomes: "What came of it",
};
const moments = call.spans.filter((span) => span.lane === "interruptions").map((span) => span.start);
let pixels = 60; // for a second
let at = 0;
let playing = false;
let started = { at: 0, clock: 0 };

const say = (seconds) => {
  const tenths = Math.round(seconds * 10);
  const text = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return `${Math.floor(tenths / 600)}:${text}`;
};
const element = (tag, parent, text, kind) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  parent.append(made);
  return made;
};

// --- the board

const buttons = [];
const drawings = [];

const lane = (title, kind) => {
  const row = element("div", lanes, undefined, kind ? `lane ${kind}` : "lane");
  element("h2", row, title);
  return element("div", row);
};

const wave = (title, encoded, color) => {
  if (!encoded) return;
  const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
  const canvas = element("canvas", lane(title, "wave"));
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `Sound: ${title}`);
  drawings.push(() => {
    // Only what is in view is drawn, so a long call costs no more than a short one.
    const width = $("scroll").clientWidth;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = 44 * ratio;
    canvas.style.width = `${width}px`;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(color);
    const from = $("scroll").scrollLeft;
    for (let x = 0; x < width; x += 1) {
      const first = Math.floor(((from + x) / pixels) * call.waveRate);
      const last = Math.max(first + 1, Math.floor(((from + x + 1) / pixels) * call.waveRate));
      let top = 0;
      for (let i = first; i < last && i < bytes.length; i += 1) top = Math.max(top, bytes[i]);
      const height = Math.max(1, (top / 255) * 42);
      pen.fillRect(x, 22 - height / 2, 1, height);
    }
  });
};

wave("User, sound", call.waves.user, "--user");
for (const name of call.lanes) {
  if (name === "heard") wave("Model, sound as heard", call.waves.model, "--heard");
  const here = call.spans.filter((span) => span.lane === name);
  if (!here.length && name === "outcomes") continue;
  const row = lane(names[name] || name);
  for (const span of here) {
    const button = element("button", row, span.text || names[name], `span ${name}`);
    button.type = "button";
    button.title = span.text;
    button.setAttribute("aria-pressed", "false");
    if (span.end - span.start < 0.05) button.classList.add("moment");
    button.addEventListener("click", () => { seek(span.start); show(span); });
    buttons.push({ button, span });
  }
}

const layOut = () => {
  const width = Math.max($("scroll").clientWidth - 2, call.seconds * pixels + 40);
  $("board").style.width = `${width}px`;
  for (const { button, span } of buttons) {
    button.style.left = `${span.start * pixels}px`;
    const isMoment = button.classList.contains("moment");
    if (isMoment || span.lane === "user") {
      // As wide as its text, but not over what comes next in its lane. Of what the user said, in few
      // words mostly, the bar behind the text is as long as it took.
      const next = call.spans.find((each) => each.lane === span.lane && each.start > span.start);
      button.style.maxWidth = next ? `${Math.max(14, (next.start - span.start) * pixels - 2)}px` : "14rem";
      if (!isMoment) {
        const long = `${(span.end - span.start) * pixels}px`;
        button.style.minWidth = long;
        button.style.backgroundSize = `${long} 100%`;
      }
    } else {
      button.style.width = `${(span.end - span.start) * pixels}px`;
    }
  }
  $("ruler").replaceChildren();
  const step = [0.5, 1, 2, 5, 10, 30, 60, 300].find((each) => each * pixels >= 60) || 600;
  for (let t = 0; t <= call.seconds; t += step) {
    element("span", $("ruler"), say(t)).style.left = `${t * pixels}px`;
  }
  draw();
};
const draw = () => { for (const each of drawings) each(); };

// --- time

const place = () => {
  $("head").style.left = `${at * pixels}px`;
  $("clock").textContent = `${say(at)} of ${say(call.seconds)}`;
  const scroll = $("scroll");
  scroll.setAttribute("aria-valuenow", at.toFixed(1));
  scroll.setAttribute("aria-valuetext", say(at));
  const x = at * pixels - scroll.scrollLeft;
  if (x < 0 || x > scroll.clientWidth - 20) scroll.scrollLeft = Math.max(0, at * pixels - 80);
};
const seek = (seconds) => {
  at = Math.min(call.seconds, Math.max(0, seconds));
  if (call.sound) sound.currentTime = at;
  started = { at, clock: performance.now() };
  place();
};
const tick = () => {
  if (!playing) return;
  // Without sound the playhead still runs, by the clock.
  at = call.sound ? sound.currentTime : started.at + (performance.now() - started.clock) / 1000;
  if (at >= call.seconds || (call.sound && sound.ended)) return stop();
  place();
  requestAnimationFrame(tick);
};
const stop = () => {
  playing = false;
  sound.pause();
  $("play").textContent = "Play";
};
const play = async () => {
  if (playing) return stop();
  if (at >= call.seconds - 0.05) seek(0);
  playing = true;
  started = { at, clock: performance.now() };
  $("play").textContent = "Pause";
  if (call.sound) {
    try { await sound.play(); } catch { return stop(); }
  }
  requestAnimationFrame(tick);
};
const bargeIn = (direction) => {
  const there = direction > 0
    ? moments.find((moment) => moment > at + 0.05)
    : moments.findLast((moment) => moment < at - 0.05);
  if (there === undefined) return;
  seek(there);
  show(call.spans.find((span) => span.lane === "interruptions" && span.start === there));
};
const zoom = (factor) => {
  pixels = Math.min(400, Math.max(2, pixels * factor));
  layOut();
  place();
};

// --- details

const field = (panel, title, text, tag = "p") => {
  if (text === undefined || text === null || text === "") return;
  element("h3", panel, title);
  element(tag, panel, text);
};
const show = (span) => {
  for (const each of buttons) each.button.setAttribute("aria-pressed", String(each.span === span));
  const panel = $("detail");
  panel.replaceChildren();
  element("h2", panel, `${names[span.lane] || span.lane}, ${say(span.start)}`);
  const detail = span.detail || {};
  if (span.lane === "interruptions") {
    element("p", panel, span.text);
    element("h3", panel, "Heard, and not heard");
    const both = element("p", panel);
    element("ins", both, detail.heard);
    element("del", both, detail.unheard);
    field(panel, "The user said", detail.user_text);
    field(panel, "Where to go on", detail.continuation);
    field(panel, "What the model was told", detail.note || "nothing", "pre");
    const outcome = call.spans.find((each) => each.lane === "outcomes" && each.detail.interruption === detail.id);
    field(panel, "What came of it", outcome ? outcome.text : "");
    const list = element("dl", panel);
    for (const key of ["cause", "heard_ms", "received_ms", "position_from", "estimated_by", "uncertainty"]) {
      if (detail[key] === undefined) continue;
      element("dt", list, key);
      element("dd", list, typeof detail[key] === "number" ? String(Math.round(detail[key] * 100) / 100) : String(detail[key]));
    }
  } else {
    element("p", panel, span.text);
    field(panel, "Text", detail.text, "pre");
    field(panel, "The reply", detail.reply && span.lane === "outcomes" ? detail.reply : "", "pre");
  }
  if (span.line) field(panel, "Line of session.jsonl", String(span.line));
};

// --- controls

$("play").addEventListener("click", play);
$("next").addEventListener("click", () => bargeIn(1));
$("previous").addEventListener("click", () => bargeIn(-1));
$("in").addEventListener("click", () => zoom(1.5));
$("out").addEventListener("click", () => zoom(1 / 1.5));
$("ruler").addEventListener("click", (event) => {
  seek((event.clientX - $("board").getBoundingClientRect().left) / pixels);
});
$("scroll").addEventListener("scroll", draw);
addEventListener("resize", layOut);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = {
    ArrowRight: () => seek(at + 1), ArrowLeft: () => seek(at - 1),
    Home: () => seek(0), End: () => seek(call.seconds),
    n: () => bargeIn(1), p: () => bargeIn(-1),
    "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5),
  };
  if (event.key === " " && event.target.tagName !== "BUTTON") keys[" "] = play;
  const does = keys[event.key];
  if (does) { event.preventDefault(); does(); }
});

$("about").textContent = call.about;
$("scroll").setAttribute("aria-valuemax", call.seconds.toFixed(1));
if (call.sound) sound.src = call.sound;
pixels = Math.min(120, Math.max(20, ($("scroll").clientWidth - 60) / Math.max(1, call.seconds)));
layOut();
seek(0);
const first = call.spans.find((span) => span.lane === "interruptions");
if (first) show(first);
else element("p", $("detail"), "Nobody interrupted in this call.");
