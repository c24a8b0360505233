// The microphone of examples/fastapi_voice: what Gemini gets. `node --test`.
import assert from "node:assert/strict";
import { test } from "node:test";

const { Downsampler } = await import("../../examples/fastapi_voice/page/microphone.js");

/** A second of a tone, in the blocks of an audio thread. */
function resampled(rate, hertz) {
  const downsampler = new Downsampler(rate);
  const out = [];
  for (let start = 0; start < rate; start += 128) {
    const length = Math.min(128, rate - start);
    const block = Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * hertz * (start + i)) / rate));
    out.push(...downsampler.take(block));
  }
  return out;
}

const crossings = (samples) => samples.filter((x, i) => i && x >= 0 !== samples[i - 1] >= 0).length;
const loudness = (samples) => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);

for (const rate of [16_000, 22_050, 44_100, 48_000, 96_000]) {
  test(`a second at ${rate} Hz is a second at 16 kHz, and a tone keeps its pitch and loudness`, () => {
    const out = resampled(rate, 440);
    assert.ok(Math.abs(out.length - 16_000) <= 1, `${out.length}`);
    assert.ok(Math.abs(crossings(out) - 880) <= 2, `${crossings(out)}`);
    assert.ok(Math.abs(loudness(out) - Math.SQRT1_2) < 0.02, `${loudness(out)}`);
  });
}

test("what 16 kHz cannot carry is not folded into the voice", () => {
  assert.ok(loudness(resampled(48_000, 15_900)) < 0.25);
});
