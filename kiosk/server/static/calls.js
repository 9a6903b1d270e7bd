// Calls somebody without a desk lamp: the title says who waits, and after the first touch of the page it also sounds.
// The rhythms are those of the desks' buzzers.

const SHORT_S = 0.12;
const RHYTHMS = {
  new: { beeps: [[0, SHORT_S], [0.3, SHORT_S]] },
  insisting: { beeps: [[0, SHORT_S], [0.3, SHORT_S], [0.6, SHORT_S]], every_ms: 6000 },
  escalated: { beeps: [[0, 0.4]], every_ms: 4000 },
  cashier: { beeps: [[0, 0.25], [2.5, SHORT_S]] },
};
const TONE_HZ = 880;

const own_title = document.title;
let audio = null;
let heard = new Set();
let repeating = null;
let pattern = "dark";

function sound({ beeps }) {
  if (audio?.state !== "running") return;
  for (const [at_s, long_s] of beeps) {
    const tone = new OscillatorNode(audio, { frequency: TONE_HZ });
    const volume = new GainNode(audio, { gain: 0 });
    const from = audio.currentTime + at_s;
    volume.gain.setTargetAtTime(0.3, from, 0.01);
    volume.gain.setTargetAtTime(0, from + long_s, 0.02);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + long_s + 0.2);
  }
}

function look() {
  const calls = document.getElementById("calls");
  if (!calls) return;
  const pages = new Set((calls.dataset.pages || "").split(" ").filter(Boolean));
  const rhythm = RHYTHMS[calls.dataset.pattern];
  const isNew = [...pages].some((one) => !heard.has(one));
  document.title = calls.dataset.title ? `\u25cf ${calls.dataset.title}` : own_title;
  if (rhythm && (isNew || (rhythm.every_ms && pattern !== calls.dataset.pattern))) sound(rhythm);
  if (pattern !== calls.dataset.pattern) {
    clearInterval(repeating);
    repeating = rhythm?.every_ms ? setInterval(() => sound(rhythm), rhythm.every_ms) : null;
    pattern = calls.dataset.pattern;
  }
  heard = pages;
}

async function unlock() {
  audio ??= new AudioContext();
  await audio.resume();
  const key = document.getElementById("sound");
  if (key) key.hidden = audio.state === "running";
}

const key = document.getElementById("sound");
if (key) key.hidden = false;
addEventListener("pointerup", unlock, { once: true });
addEventListener("keyup", unlock, { once: true });
addEventListener("refreshed", look);
look();
