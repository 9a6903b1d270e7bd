// A board on a smart television: turns pages and languages, calls out, says when the hub is not heard.
// What is told comes ready from the hub; nothing is decided here but where it fits.

import { follow } from "./stream.js";

const SIGN_AFTER_S = 10, STALE_AFTER_S = 60, CALL_S = 12, CALL_AGAIN_S = 6, RECENT_S = 15, FACT_S = 20, MOST_ROWS = 8;
const CAPITAL = 0.698, PER_DISTANCE = 120;
const root = document.documentElement, body = document.body, told = body.dataset;
const begun = performance.now();
const seconds = () => performance.now() / 1000;

let heardAt = seconds(), ahead = 0, shown = "", known = null, waiting = [], calling = null, fetching = false, again = false;

const main = () => document.getElementById("board");
const sections = () => [...main().querySelectorAll("section")];
const now = () => new Date(Date.now() + ahead);

// ---- sizes: every letter from the distance to the farthest seat and the width of the picture
function measure() {
  const mm = (Number(told.distanceM) * 1000) / PER_DISTANCE / CAPITAL;
  root.style.setProperty("--t", `${Math.round((mm * innerWidth) / Number(told.widthMm))}px`);
  root.classList.toggle("upright", innerHeight > innerWidth);
}

const tooWide = (section) =>
  [...section.querySelectorAll(".rows li, header")].some((one) => one.scrollWidth > one.clientWidth + 1) ||
  [...section.querySelectorAll(".rows li")].some((one) => crowded(one));
const crowded = (row) => {
  const parts = [...row.children].filter((one) => one.offsetWidth && !one.matches(".who"));
  const name = row.querySelector(".who > span");
  return parts.some((one) => one.scrollWidth > one.clientWidth + 1) || (name && name.scrollWidth > name.clientWidth + 1);
};

// What gives way when width is short: the old time, the visit line, one line; never the size.
function fit(section) {
  const steps = [[], ["no-old"], ["no-old", "disc"], ["two"]];
  const tickets = [...section.querySelectorAll(".rows .ticket")];
  section.style.setProperty("--ticket", "max-content");
  const widest = Math.max(0, ...tickets.map((one) => one.offsetWidth));
  section.style.setProperty("--ticket", `${widest + 1}px`);
  for (const step of steps) {
    section.classList.remove("no-old", "disc", "two");
    section.classList.add(...step);
    if (!tooWide(section)) break;
  }
}

// ---- pages: ready visits on each, the others in turn
function paged(section) {
  const middle = section.querySelector(".middle");
  const ready = [...section.querySelectorAll(".rows.ready > li")], going = [...section.querySelectorAll(".rows.going > li, .rows.lanes > li")];
  const all = [...ready, ...going];
  if (!all.length) return [null];
  for (const one of all) one.hidden = false;
  const caption = section.querySelector(".caption");
  if (caption) caption.hidden = !going.length;
  const size = parseFloat(getComputedStyle(body).fontSize) * (section.lang === "ar" ? 1.11 : 1);
  const pitch = section.classList.contains("two") ? (section.lang === "ar" ? 3.1 : 2.8) : section.lang === "ar" ? 1.36 : 1.35;
  const least = section.querySelector(".lanes") ? pitch * 1.15 : pitch;
  const room = middle.clientHeight - (caption && going.length ? caption.offsetHeight : 0);
  const per = Math.max(1, Math.min(MOST_ROWS, Math.floor(room / (least * size))));
  const rest = going.filter((one) => !isCalled(one)), first = ready.filter((one) => !isCalled(one));
  const forReady = !rest.length || per === 1 ? per : Math.max(Math.min(first.length, per >> 1), per - rest.length);
  const chunks = (rows, by) => rows.flatMap((_, at) => (at % by ? [] : [rows.slice(at, at + by)]));
  let pages;
  if (!first.length || !rest.length || per === 1) pages = chunks([...first, ...rest], per);
  else {
    const a = chunks(first, forReady), b = chunks(rest, Math.max(1, per - Math.min(forReady, first.length)));
    pages = Array.from({ length: Math.max(a.length, b.length) }, (_, n) => [...a[n % a.length], ...b[n % b.length]]);
  }
  const tall = section.querySelector(".lanes") ? 2.1 : 1.7;
  const most = Math.max(1, ...pages.map((one) => one.length));
  const row = Math.min(room / most, least * size * tall);
  section.style.setProperty("--row", `${Math.floor(row)}px`);
  for (const one of all) one.style.height = `${Math.floor(row)}px`;
  return pages.length ? pages : [[]];
}

const isCalled = (row) => calling && row.dataset.call === calling.ticket;

function show() {
  measure();
  const every = sections(), turn = Number(told.turnS);
  if (!every.length) return;
  const book = every.map((section) => {
    section.hidden = false;
    drawCall(section);
    fit(section);
    return paged(section);
  });
  let step = Math.floor((performance.now() - begun) / 1000 / turn) % book.reduce((sum, one) => sum + one.length, 0);
  let index = 0;
  while (step >= book[index].length) step -= book[index++].length;
  every.forEach((section, at) => (section.hidden = at !== index));
  const section = every[index], page = book[index][step];
  root.lang = section.lang;
  if (page) {
    for (const one of section.querySelectorAll(".rows > li")) one.hidden = !page.includes(one);
    const about = section.querySelector(".page");
    if (about) about.textContent = book[index].length > 1 ? `${step + 1}/${book[index].length}` : "";
    const caption = section.querySelector(".caption");
    if (caption) caption.hidden = !page.some((one) => !one.matches(".ready"));
  }
  facts(section);
  clocks(section);
}

// ---- the store's facts: as rows where there is room, else one in the footer
function facts(section) {
  const quiet = section.querySelector(".facts.quiet"), place = section.querySelector("footer .fact");
  const list = section.querySelector(".facts");
  if (list) {
    for (const one of list.children) one.hidden = false;
    const middle = section.querySelector(".middle");
    while (middle.scrollHeight > middle.clientHeight + 1) {
      const last = [...list.children].reverse().find((one) => !one.hidden);
      if (!last) break;
      last.hidden = true;
    }
    if (quiet && [...list.children].filter((one) => !one.hidden).length < 2) for (const one of list.children) one.hidden = true;
  }
  if (!quiet) return;
  const some = [...quiet.children].slice(1);
  const one = some[Math.floor((performance.now() - begun) / 1000 / FACT_S) % (some.length || 1)];
  place.replaceChildren();
  if (one && quiet.firstElementChild.hidden) {
    place.append(...[...one.cloneNode(true).children]);
    const bold = place.querySelector("b");
    if (bold) bold.prepend(": ");
  }
}

// ---- clocks and the link
const LOCALES = { en: "en-US", es: "es-MX", ar: "ar-u-nu-latn" };
function clock(at, code) {
  const zone = { timeZone: told.zone, hour: "2-digit", minute: "2-digit" };
  if (told.clock === "24h") return new Intl.DateTimeFormat("en-GB", { ...zone, hourCycle: "h23" }).format(at);
  return new Intl.DateTimeFormat(LOCALES[code], { ...zone, hour: "numeric", hour12: true }).format(at);
}

function clocks(section) {
  const silent = seconds() - heardAt, asOf = silent >= SIGN_AFTER_S ? new Date(now() - silent * 1000) : now();
  root.toggleAttribute("data-sign", silent >= SIGN_AFTER_S);
  root.toggleAttribute("data-stale", silent >= STALE_AFTER_S);
  section.querySelector(".cut").hidden = silent < STALE_AFTER_S;
  section.querySelector(".clock").textContent = clock(now(), section.lang);
  section.querySelector("footer .at").textContent = clock(asOf, section.lang);
  main().classList.toggle("swapped", Math.floor(now() / 3600000) % 2 === 1);
}

// ---- calling out
function due() {
  const ready = new Map();
  const first = sections()[0];
  for (const row of first ? first.querySelectorAll("[data-call]") : []) {
    if (row.dataset.call) ready.set(`${row.dataset.call} ${row.dataset.since}`, row.dataset);
  }
  const fresh = [...ready].filter(([key]) => (known ? !known.has(key) : false)).map(([, one]) => one.call);
  if (!known) {
    for (const one of ready.values()) if (now() - new Date(one.since) <= RECENT_S * 1000) fresh.push(one.call);
  }
  known = new Set(ready.keys());
  const there = new Set([...ready.values()].map((one) => one.call));
  waiting = [...waiting.filter((one) => there.has(one)), ...fresh];
  if (calling && (!there.has(calling.ticket) || seconds() >= calling.until)) calling = null;
  if (!calling && waiting.length) {
    calling = { ticket: waiting.shift(), until: seconds() + CALL_S, again: seconds() + CALL_AGAIN_S };
    chime();
  } else if (calling && calling.again && seconds() >= calling.again) {
    calling.again = 0;
    chime();
  }
}

function drawCall(section) {
  const call = section.querySelector(".call");
  call.hidden = !calling;
  if (!calling) return;
  const row = [...section.querySelectorAll("[data-call]")].find((one) => one.dataset.call === calling.ticket);
  if (!row) return (call.hidden = true);
  call.querySelector(".ticket").replaceChildren(calling.ticket);
  const words = call.querySelector("p");
  const lane = row.querySelector(".lane");
  call.classList.toggle("lane", Boolean(lane));
  if (lane) words.replaceChildren(lane.cloneNode(true), row.querySelector(".who").cloneNode(true));
  else {
    const place = document.createElement("span");
    place.append(...row.querySelector(".end b").cloneNode(true).childNodes);
    words.replaceChildren(row.querySelector(".stage").textContent, document.createElement("br"), place);
  }
}

let sound = null;
function chime() {
  try {
    sound ??= new AudioContext();
    if (sound.state !== "running") return; // a browser that wants a touch first stays silent; the picture tells it all
    [392, 523.25, 659.25].forEach((hertz, index) => {
      const tone = sound.createOscillator(), level = sound.createGain(), at = sound.currentTime + index * 0.25;
      tone.frequency.value = hertz;
      level.gain.setValueAtTime(0, at);
      level.gain.linearRampToValueAtTime(0.5, at + 0.01);
      level.gain.linearRampToValueAtTime(0, at + 0.25);
      tone.connect(level).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 0.25);
    });
  } catch {
    sound = null;
  }
}

// ---- the hub
async function refresh() {
  if (fetching) return void (again = true);
  fetching = true;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.ok && !answer.redirected) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // the stream tells that the link is gone
  } finally {
    fetching = false;
    if (again) refresh((again = false));
  }
}

function take(fresh) {
  const board = fresh.getElementById("board");
  if (!board) return;
  root.dataset.mood = board.dataset.mood;
  main().replaceWith(board);
  tell();
}

function tell() {
  ahead = Number(main().dataset.now) - Date.now();
  shown = "";
  tick();
}

function tick() {
  due();
  const silent = seconds() - heardAt, minute = Math.floor(now() / 60000), turn = Number(told.turnS);
  const state = [minute, Math.floor((performance.now() - begun) / 1000 / turn), Math.floor((performance.now() - begun) / 1000 / FACT_S),
    silent >= SIGN_AFTER_S, silent >= STALE_AFTER_S, calling?.ticket, innerWidth, innerHeight].join();
  if (state === shown) return;
  shown = state;
  show();
}

follow(told.stream, {
  changed: refresh,
  linked: (isThere) => {
    if (isThere) heardAt = seconds();
    tick();
  },
  refused: () => location.reload(),
});
setInterval(tick, 500);
setInterval(refresh, 60000);
document.fonts.addEventListener("loadingdone", () => ((shown = ""), tick())); // a weight that is first used by a call comes late
document.fonts.ready.then(() => ((shown = ""), tick()));
tell();
