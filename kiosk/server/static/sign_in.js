// The PIN's cells and pad, and keys that show a password while it is typed. Without script a plain field does the same.

for (const key of document.querySelectorAll("[data-shows]")) {
  const fields = key.dataset.shows.split(" ").map((id) => document.getElementById(id));
  key.hidden = false;
  key.addEventListener("click", () => {
    const isShown = key.getAttribute("aria-pressed") !== "true";
    key.setAttribute("aria-pressed", String(isShown));
    for (const field of fields) field.type = isShown ? "text" : "password";
  });
}

const form = document.querySelector("form[data-pin]");
if (form) pad(form, Number(form.dataset.pin));

function pad(form, length) {
  const field = form.elements.pin;
  const cells = [...form.querySelectorAll(".cells i")];
  const go = form.querySelector(".go");
  const left = form.querySelector(".left");
  form.querySelector(".cells").hidden = form.querySelector(".pad").hidden = left.hidden = false;
  field.classList.add("unseen");

  const show = () => {
    const typed = field.value.length;
    cells.forEach((cell, at) => {
      cell.className = at < typed ? "full" : at === typed ? "next" : "";
    });
    left.textContent = left.getAttribute(`data-more-${length - typed}`);
    go.setAttribute("aria-disabled", String(typed < length));
  };
  const type = (value) => {
    field.value = value.slice(0, length);
    show();
  };

  form.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key) return;
    if (key.dataset.digit) type(field.value + key.dataset.digit);
    else if ("clear" in key.dataset) type("");
    else if ("erase" in key.dataset) type(field.value.slice(0, -1));
  });
  field.addEventListener("input", () => type(western(field.value)));
  addEventListener("keydown", (event) => {
    if (event.target === field || event.ctrlKey || event.metaKey || event.altKey) return;
    const digit = western(event.key);
    if (event.key.length === 1 && digit) type(field.value + digit);
    else if (event.key === "Backspace") type(field.value.slice(0, -1));
  });
  form.addEventListener("submit", (event) => {
    if (field.value.length === length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  show();
}

// Arabic keyboards have their own digits.
function western(text) {
  return [...text.normalize("NFKC")]
    .map((one) => {
      const at = "٠١٢٣٤٥٦٧٨٩".indexOf(one);
      return at < 0 ? one : String(at);
    })
    .filter((one) => one >= "0" && one <= "9")
    .join("");
}
