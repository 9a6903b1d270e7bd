// Makes one element look like another without touching what is the same: focus, scrolling and typed words stay.

/** Changes `there` until it equals `wanted`, a freshly parsed element of the same kind. */
export function morph(there, wanted) {
  if (there.isEqualNode(wanted)) return;
  attributes(there, wanted);
  const old = [...there.childNodes];
  const next = [...wanted.childNodes];
  const named = new Map(old.filter((one) => one.id).map((one) => [one.id, one]));
  let at = there.firstChild;
  for (const one of next) {
    const same = (one.id && named.get(one.id)) || (at && !at.id && !one.id && isAlike(at, one) ? at : null);
    if (same && isAlike(same, one)) {
      if (same === at) at = at.nextSibling;
      else there.insertBefore(same, at);
      if (same.nodeType === Node.ELEMENT_NODE) morph(same, one);
      else if (same.data !== one.data) same.data = one.data;
    } else {
      there.insertBefore(document.importNode(one, true), at);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function isAlike(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id || "") === (other.id || "");
}

function attributes(there, wanted) {
  for (const { name } of [...there.attributes]) {
    if (!wanted.hasAttribute(name) && !isTheReaders(there, name)) there.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (there.getAttribute(name) !== value && !isTheReaders(there, name)) there.setAttribute(name, value);
  }
}

// What the reader opened stays open.
function isTheReaders(element, name) {
  return name === "open" && element.nodeName === "DETAILS";
}
