// Calls somebody without a desk lamp: the title says who waits, after the first touch of the page it also sounds, and
// where the reader has allowed it a notice appears over other windows. The rhythms are those of the desks' buzzers.

const SHORT_S = 0.12;
const RHYTHMS = {
  new: { beeps: [[0, SHORT_S], [0.3, SHORT_S]] },
  insisting: { beeps: [[0, SHORT_S], [0.3, SHORT_S], [0.6, SHORT_S]], every_ms: 6000 },
  escalated: { beeps: [[0, 0.4]], every_ms: 4000 },
  phone: { beeps: [[0, 0.2], [0.4, 0.2]], every_ms: 6000 },
  cashier: { beeps: [[0, 0.25], [2.5, SHORT_S]] },
};
const TONE_HZ = 880;
const SAID_AGAIN_MS = 8000;

const own_title = document.title;
let audio = null;
let heard = new Set();
let repeating = null;
let pattern = "dark";
let notices = new Map();

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
  if (calls.dataset.title && isNew) notice(calls.dataset.title, calls.dataset.pages);
  if (!calls.dataset.title) for (const one of notices.values()) one.close();
  if ([...pages].sort().join() !== [...heard].sort().join()) say(pages);
  heard = pages;
}

// Over whatever window the reader is in; it stays until the call is answered, wherever that happens.
function notice(title, pages) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  for (const one of notices.values()) one.close();
  const shown = new Notification(title, { tag: "kiosk-call", requireInteraction: true, lang: document.documentElement.lang });
  shown.onclick = () => (window.focus(), shown.close());
  notices = new Map([[pages, shown]]);
}

// Whoever has no desk is reached by this screen: the hub is told which calls it shows, again and again while it calls.
async function say(pages) {
  const advisor_id = document.getElementById("calls")?.dataset.speaksFor;
  if (!advisor_id) return;
  const id = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const wire = { id, at: Date.now() * 1000, body: { advisor_id, page_ids: [...pages] } };
  try {
    await fetch("/api/1/commands/report_lamp", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wire) });
  } catch {
    // the stream will say that the link is gone, and the hub that this screen is silent
  }
}

const key = document.getElementById("sound");

function showKey() {
  const isAsked = "Notification" in window && Notification.permission === "default";
  if (key) key.hidden = audio?.state === "running" && !isAsked;
}

async function unlock() {
  audio ??= new AudioContext();
  await audio.resume();
  showKey();
}

key?.addEventListener("click", async () => {
  if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  await unlock();
});
if (key) key.hidden = false;
addEventListener("pointerup", unlock, { once: true });
addEventListener("keyup", unlock, { once: true });
setInterval(() => heard.size && say(heard), SAID_AGAIN_MS);
addEventListener("refreshed", look);
say(heard);
look();
