// Captions that show what was heard. All follows from the bot's messages.

const talk = document.getElementById("talk");
const replies = new Map();
let cutReply = null;
let utterance = null;
let typed = "";

function card(kind, who) {
  document.getElementById("welcome")?.remove();
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

export function received({ reply, text }) {
  const one = replyOf(reply);
  one.received += text;
  show(one);
}

export function heard({ reply, text }) {
  const one = replyOf(reply);
  one.known += text.length;
  show(one);
}

export function cut({ reply }) {
  const one = replyOf(reply);
  one.isCut = true;
  cutReply = one;
  show(one);
}

export function told({ heard, unheard, note }) {
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
}

export function userSaid({ text, final }) {
  if (final && text === typed) return; // It stands there already.
  utterance ??= card("user", "You").text;
  utterance.textContent = text;
  if (final) utterance = null;
  follow();
}

export function userTyped(text) {
  typed = text;
  card("user", "You, typed").text.textContent = text;
  follow();
}

export function newCall() {
  replies.clear();
  cutReply = utterance = null;
}
