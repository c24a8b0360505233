// The player of examples/fastapi_voice: what it counts, and when it says so. `node --test`.
import assert from "node:assert/strict";
import { test } from "node:test";

const FILE = "../../examples/fastapi_voice/page/player.js";
const BLOCK = 128;

const { Playout, Player } = await import(FILE);

/** PCM of so many samples, each of this value. */
const pcm = (samples, value = 16384) => new Int16Array(samples).fill(value).buffer;

/** Hand out so many blocks; what was played. */
function play(playout, blocks) {
  const out = [];
  for (let i = 0; i < blocks; i++) {
    const block = new Float32Array(BLOCK);
    playout.fill(block);
    out.push(...block);
  }
  return out;
}

test("every sample is played once, in order, and counted", () => {
  const playout = new Playout();
  playout.push(pcm(100, 8192));
  playout.push(pcm(200, -8192));
  const out = play(playout, 3);
  assert.deepEqual(out.slice(0, 100), Array(100).fill(0.25));
  assert.deepEqual(out.slice(100, 300), Array(200).fill(-0.25));
  assert.deepEqual(out.slice(300), Array(84).fill(0));
  assert.equal(playout.heard, 300);
  assert.equal(playout.busy, false);
});

test("silence between two pieces is not counted", () => {
  const playout = new Playout();
  playout.push(pcm(50));
  play(playout, 10);
  playout.push(pcm(50));
  play(playout, 10);
  assert.equal(playout.heard, 100);
});

test("what the device still holds is not heard yet, and is in the end", () => {
  const playout = new Playout();
  playout.lag = 3;
  playout.push(pcm(10 * BLOCK));
  play(playout, 5);
  assert.equal(playout.heard, 2 * BLOCK);
  play(playout, 5);
  assert.equal(playout.queued, 0);
  assert.equal(playout.busy, true);
  play(playout, 3);
  assert.equal(playout.heard, 10 * BLOCK);
  assert.equal(playout.busy, false);
});

test("headphones that are slower, plugged in between, take nothing back", () => {
  const playout = new Playout();
  playout.push(pcm(20 * BLOCK));
  play(playout, 5);
  playout.lag = 4;
  play(playout, 2);
  assert.equal(playout.heard, 5 * BLOCK);
  play(playout, 20);
  assert.equal(playout.heard, 20 * BLOCK);
});

test("a flush drops what was not played, says so, and counts anew", () => {
  const playout = new Playout();
  playout.lag = 2;
  playout.push(pcm(10 * BLOCK));
  play(playout, 4);
  assert.deepEqual(playout.flush(), { heard: 2 * BLOCK, dropped: 6 * BLOCK });
  assert.deepEqual(play(playout, 4), Array(4 * BLOCK).fill(0));
  assert.equal(playout.heard, 0);
  playout.push(pcm(BLOCK));
  play(playout, 3);
  assert.equal(playout.heard, BLOCK);
});

test("an odd last byte, and nothing at all, do no harm", () => {
  const playout = new Playout();
  playout.push(new Uint8Array([0, 64, 7]).buffer);
  playout.push(new ArrayBuffer(0));
  assert.equal(play(playout, 1)[0], 0.5);
  assert.equal(playout.heard, 1);
});

/** The audio thread's half, with a port that keeps what is said. */
async function audioThread() {
  let Processor;
  globalThis.AudioWorkletProcessor = class {
    port = { said: [], postMessage: (data) => this.port.said.push(data) };
  };
  globalThis.registerProcessor = (name, found) => {
    assert.equal(name, "counting-player");
    Processor = found;
  };
  try {
    await import(`${FILE}?thread=${Math.random()}`);
  } finally {
    delete globalThis.registerProcessor;
    delete globalThis.AudioWorkletProcessor;
  }
  const processor = new Processor();
  const run = (blocks) => {
    for (let i = 0; i < blocks; i++) processor.process([], [[new Float32Array(BLOCK)]]);
  };
  const tell = (data) => processor.port.onmessage({ data });
  return { said: processor.port.said, run, tell };
}

const played = (said) => said.reduce((sum, one) => sum + (one.played ?? 0), 0);

test("reports come every 40 ms and at the end, and add up to what was played", async () => {
  const { said, run, tell } = await audioThread();
  tell({ pcm: pcm(5000) });
  run(100);
  assert.equal(played(said), 5000);
  const sizes = said.map((one) => one.played).filter(Boolean);
  assert.ok(sizes.slice(1, -1).every((size) => size >= 960 && size < 960 + BLOCK), `${sizes}`);
  assert.deepEqual([said[0].speaking, said.at(-1).speaking], [true, false]);
});

test("nothing is said while nothing is played", async () => {
  const { said, run } = await audioThread();
  run(1000);
  assert.deepEqual(said, []);
});

test("what was heard before a flush carries the number of the flush before it", async () => {
  const { said, run, tell } = await audioThread();
  tell({ flush: 6 });
  tell({ pcm: pcm(24000) });
  run(10);
  tell({ flush: 7 });
  const before = said.filter((one) => one.after === 6);
  assert.equal(played(before), 10 * BLOCK);
  assert.deepEqual(said.at(-1), {
    flushed: { heard: 10 * BLOCK, dropped: 24000 - 10 * BLOCK },
    speaking: false,
  });
  tell({ pcm: pcm(2000) });
  run(20);
  const after = said.filter((one) => one.after === 7);
  assert.equal(played(after), 2000);
  assert.equal(played(said), played(before) + played(after));
});

test("a flush by the page itself keeps the number", async () => {
  const { said, run, tell } = await audioThread();
  tell({ flush: 3 });
  tell({ pcm: pcm(960) });
  run(2);
  tell({ flush: null });
  tell({ pcm: pcm(960) });
  run(8);
  assert.ok(said.filter((one) => one.played).every((one) => one.after === 3));
});

test("the latency of the device holds the reports back", async () => {
  const { said, run, tell } = await audioThread();
  tell({ latency: 0.1 }); // 19 blocks
  tell({ pcm: pcm(100 * BLOCK) });
  run(20);
  assert.equal(played(said), 0);
  run(100);
  assert.equal(played(said), 100 * BLOCK);
});

test("where no audio can be played, it says what to do", async () => {
  await assert.rejects(new Player().start(), /https or on localhost/);
});

test("a player that has not started swallows what it is given", () => {
  const player = new Player();
  player.push(pcm(10));
  player.flush(1);
  assert.equal(player.speaking, false);
});
