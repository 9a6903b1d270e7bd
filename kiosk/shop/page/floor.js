// The shop floor's page: draws the state that the shop pushes, and sends what is touched. No rule of the trade lives here.
"use strict";
const words = JSON.parse(document.getElementById("words").textContent);
const $ = id => document.getElementById(id);
const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) name === "class" ? node.className = value : node.setAttribute(name, value);
  node.append(...children.filter(one => one !== null && one !== undefined));
  return node;
};
const ltr = text => make("bdi", {dir: "ltr"}, text);
const say = text => { const toast = $("toast"); toast.textContent = text; toast.hidden = !text; clearTimeout(say.timer); say.timer = setTimeout(() => { toast.hidden = true; }, 6000); };
async function act(verb, body = {}) {
  try {
    const answer = await fetch("/do/" + verb, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
    if (!answer.ok) say((await answer.json()).message || words.failed);
  } catch { say(words.failed); }
}

// What a hand does arrives in the order in which it was done, and no press is shorter than a finger's.
let hand = Promise.resolve();
const FINGER_MS = 80;
function inOrder(verb, body, waitMs = 0) {
  hand = hand.then(() => new Promise(done => setTimeout(done, waitMs))).then(() => act(verb, body));
}

// -- what changes is drawn anew, the rest keeps its focus ------------------------------------------------------------
const drawn = {};
function part(name, value, draw) {
  const text = JSON.stringify(value);
  if (drawn[name] !== text) { drawn[name] = text; draw(value); }
}
function focusKept(node, rows) {
  const at = document.activeElement && node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  node.replaceChildren(...rows);
  if (at) node.querySelector(`[data-key="${CSS.escape(at)}"]`)?.focus();
}

function phones(list) {
  focusKept($("phones"), list.map(one => {
    const phone = make("button", {class: `phone${one.held ? " held" : ""}${one.other_day ? " other" : ""}`, "data-key": one.key},
      make("span", {class: "glassy"}, make("img", {src: one.code, alt: "", width: 72, height: 72}), make("u"), make("u")),
      make("b", {}, ltr(one.time), " ", make("bdi", {}, one.name)), make("span", {}, words.phone[one.note] || ""), make("span", {class: "digits"}, ltr(one.digits)));
    phone.onclick = () => one.held ? act("take_away") : act("hold_up", {customer: one.key, ...tilt()});
    return phone;
  }));
}
const tilt = () => ({angle: Number($("angle").value), blur: Number($("blur").value) / 100, glare: Number($("glare").value) / 100});
for (const id of ["angle", "blur", "glare"]) $(id).oninput = () => act("tilt", tilt());
$("foreign").onclick = () => act("hold_up", {customer: "foreign", ...tilt()});
$("away").onclick = () => act("take_away");
$("walk-in").onclick = () => act("walk_in");

// -- desks: lamp, buzzer, button -------------------------------------------------------------------------------------
const LAMP = '<circle class="glow" cx="52" cy="50" r="52" opacity="0"/><path class="dome" fill="#C3CED2" d="M22 78V46a30 30 0 0 1 60 0v32z" stroke="#0F1E28" stroke-width="4"/><rect x="12" y="78" width="80" height="26" rx="6" fill="#0F1E28"/>';
const deskNodes = {};
let sound = null;
document.addEventListener("pointerdown", () => {
  if (sound || !window.AudioContext) return;
  sound = new AudioContext();
  $("sound-hint").hidden = true;
}, {once: true});
const voices = {};
function buzz(desk, on) {
  if (!sound) return;
  if (!voices[desk]) {
    const tone = sound.createOscillator(), loud = sound.createGain();
    tone.type = "square"; tone.frequency.value = 880; loud.gain.value = 0;
    tone.connect(loud).connect(sound.destination); tone.start();
    voices[desk] = loud;
  }
  voices[desk].gain.setTargetAtTime(on ? 0.04 : 0, sound.currentTime, 0.008);
}
function desks(list) {
  for (const one of list) {
    let desk = deskNodes[one.advisor_id];
    if (!desk) {
      const lamp = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      lamp.setAttribute("viewBox", "0 0 104 112"); lamp.setAttribute("role", "img"); lamp.innerHTML = LAMP;
      const press = make("button", {class: "press"}, words.press.dark);
      const down = event => { event.preventDefault(); press.classList.add("down"); press.since = Date.now(); inOrder("press", {advisor: one.advisor_id, down: true}); };
      const up = () => {
        if (!press.classList.contains("down")) return;
        press.classList.remove("down");
        inOrder("press", {advisor: one.advisor_id, down: false}, Math.max(0, FINGER_MS - (Date.now() - press.since)));
      };
      press.onpointerdown = event => { press.setPointerCapture(event.pointerId); down(event); };
      press.onpointerup = press.onpointercancel = up;
      press.onkeydown = event => { if ((event.key === "Enter" || event.key === " ") && !event.repeat) down(event); };
      press.onkeyup = up;
      desk = deskNodes[one.advisor_id] = {root: make("div", {class: "desk"}), lamp, press, name: make("b"), what: make("span"), sound: make("em"), age: make("strong")};
      desk.root.append(lamp, make("div", {}, desk.name, desk.what, desk.sound), desk.age, press);
      $("desks").append(desk.root);
    }
    desk.name.textContent = one.name;
    desk.what.replaceChildren(...(one.ticket ? [ltr(one.ticket), ` · ${one.where}`] : [words.pattern[one.pattern]]));
    desk.sound.textContent = one.ticket || one.pattern === "unknown" ? words.pattern[one.pattern] : "";
    desk.press.textContent = words.press[one.pattern] || words.press.dark;
    const lit = ["new", "insisting", "escalated", "cashier", "coming"].includes(one.pattern);
    desk.root.className = `desk ${lit ? "lit" : ""} ${one.pattern}`;
    desk.since = one.since_s === null ? null : Date.now() - one.since_s * 1000;
  }
}
function lamp({advisor_id, colour, level, buzzer}) {
  const desk = deskNodes[advisor_id];
  if (!desk) return;
  desk.lamp.querySelector(".dome").setAttribute("fill", level > 0 ? colour : "#C3CED2");
  desk.lamp.querySelector(".dome").setAttribute("fill-opacity", level > 0 ? 0.3 + 0.7 * level : 1);
  const glow = desk.lamp.querySelector(".glow");
  glow.setAttribute("fill", colour || "none"); glow.setAttribute("opacity", 0.2 * level);
  buzz(advisor_id, buzzer);
}
setInterval(() => {
  for (const desk of Object.values(deskNodes)) {
    if (desk.since === null || desk.since === undefined) { if (desk.age.textContent) desk.age.textContent = ""; continue; }
    const s = Math.max(0, Math.round((Date.now() - desk.since) / 1000));
    desk.age.replaceChildren(ltr(`${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`));
  }
}, 1000);

// -- printer, visits, papers, devices --------------------------------------------------------------------------------
function printer(state) {
  $("printer-says").textContent = words.ticket_state[state.ticket_state] || "";
  $("paper-state").textContent = words.paper_state[state.state];
  document.querySelector(".box").classList.toggle("fault", state.state !== "paper_in");
  $("no-paper").hidden = Boolean(state.paper);
  const paper = $("paper");
  paper.hidden = !state.paper;
  if (state.paper && paper.getAttribute("href") !== state.paper) {
    paper.href = state.paper; paper.firstElementChild.src = state.paper;
    paper.classList.remove("coming"); void paper.offsetWidth; paper.classList.add("coming");
  }
}
function visits(list) {
  focusKept($("visits"), list.map(one => {
    const keys = make("div", {class: "keys"});
    for (const step of one.steps) {
      const key = make("button", {class: `key${step === "hand_over" ? " go" : ""}`, "data-key": one.visit_id + step}, words.step[step]);
      key.onclick = () => { key.disabled = true; act("step", {visit_id: one.visit_id, step}).finally(() => { key.disabled = false; }); };
      keys.append(key);
    }
    const more = make("div", {class: "more"});
    more.append(...[...keys.children].slice(1));
    return make("div", {class: "row"}, make("b", {}, ltr(one.ticket)), make("span", {}, words.stage[one.stage]), keys, more.children.length ? more : null);
  }));
}
function papers(list) {
  $("papers-none").hidden = list.length > 0;
  $("papers").replaceChildren(...list.map(one => make("a", {href: one.url, target: "_blank", rel: "noopener"}, ltr(one.ticket), words.delivery_papers)));
}
function devices(list) {
  focusKept($("devices"), list.map(one => {
    const end = make("button", {class: "key", "data-key": one.key}, words.end);
    end.disabled = !one.alive; end.onclick = () => act("end_device", {device: one.key});
    const state = one.alive ? (one.restarts ? words.restarted : words.alive) : words.gone;
    return make("div", {class: `device${one.alive ? "" : " gone"}`}, make("u", {"aria-hidden": "true"}), make("div", {}, make("b", {}, one.name), make("small", {}, state)), end);
  }));
  for (const note of document.querySelectorAll("[data-dead]")) note.hidden = list.some(one => one.key === note.dataset.dead && one.alive);
}
function faults(state) {
  for (const box of document.querySelectorAll("[data-fault]")) box.checked = Boolean(state[box.dataset.fault]);
}
for (const box of document.querySelectorAll("[data-fault]")) box.onchange = () => act("fault", {name: box.dataset.fault, on: box.checked});

// -- screens: a picture travels when it changed; a touch travels back --------------------------------------------------
const shown = {};
async function screen(name, version) {
  const picture = $("screen-" + name);
  if (!picture || shown[name] === version) return;
  shown[name] = version;
  if (screen[name]) { screen[name] = "again"; return; }
  screen[name] = "loading";
  const next = new Image();
  next.src = `/screen/${name}?v=${version}`;
  try { await next.decode(); picture.src = next.src; } catch { shown[name] = null; }
  const again = screen[name] === "again";
  screen[name] = null;
  if (again) { const latest = shown[name]; shown[name] = null; screen(name, latest); }
}
const glass = $("screen-lane");
function touch(event, phase) {
  const box = glass.getBoundingClientRect();
  if (!glass.naturalWidth) return;
  inOrder("touch", {phase, x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height});
}
glass.onpointerdown = event => { event.preventDefault(); glass.setPointerCapture(event.pointerId); touch(event, "down"); };
glass.onpointerup = event => touch(event, "up");

// -- the link ----------------------------------------------------------------------------------------------------------
function live(on) {
  $("live").classList.toggle("lost", !on);
  $("live").lastElementChild.textContent = on ? words.live : words.lost;
}
const stream = new EventSource("/events?lang=" + document.documentElement.lang);
stream.onopen = () => live(true);
stream.onerror = () => live(false);
stream.addEventListener("state", event => {
  const state = JSON.parse(event.data);
  part("clock", state.clock, value => $("clock").replaceChildren(ltr(value)));
  part("phones", state.customers, phones);
  part("held", state.held, value => { $("away").disabled = !value; });
  part("desks", state.desks, desks);
  part("printer", state.printer, printer);
  part("visits", state.visits, visits);
  part("papers", state.papers, papers);
  part("devices", state.devices, devices);
  part("faults", state.faults, faults);
  for (const [name, version] of Object.entries(state.screens)) screen(name, version);
});
stream.addEventListener("sound", event => {
  if (sound) new Audio(`/sound/${JSON.parse(event.data).name}.wav`).play().catch(() => {});
});
stream.addEventListener("lamp", event => lamp(JSON.parse(event.data)));
