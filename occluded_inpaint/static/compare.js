// Before and after in one picture: a line that can be dragged, and a button that shows the picture before for as long as it is held.
//
// createCompare(root) draws into `root` and returns {update(data), destroy()}.
//   data: {before, after, labels}; the pictures are URLs of the same shape, labels are two words, ["Before", "After"] if missing.

const COMPARE_TEMPLATE = `<div class="oi-compare" role="group" aria-label="Before and after" data-lm-suppress-shortcuts="true">
  <figure>
    <img class="oi-after"><img class="oi-before">
    <div class="oi-line"><svg viewBox="0 0 20 20" aria-hidden="true"><path d="M7 6l-4 4 4 4M13 6l4 4-4 4"/></svg></div>
    <span class="oi-label-before"></span><span class="oi-label-after"></span>
    <input type="range" min="0" max="100" step="0.1" value="50">
  </figure>
  <button type="button" aria-pressed="false">Hold to compare</button></div>`;

/** A comparison in `root`, see the top of this file. */
function createCompare(root) {
  root.innerHTML = COMPARE_TEMPLATE;
  const find = selector => root.querySelector(selector), ended = new AbortController();
  const figure = find("figure"), slider = find("input"), button = find("button");
  const on = (target, type, handler) => target.addEventListener(type, handler, { signal: ended.signal });
  let names = ["Before", "After"];

  function show() {
    figure.style.setProperty("--at", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", `${Math.round(slider.value)} % ${names[0]}`);
  }

  function hold(held) {
    figure.classList.toggle("oi-held", held);
    button.setAttribute("aria-pressed", held);
  }

  /** Fine steps for the mouse, coarse ones for the arrows. */
  function sliderKey(e) {
    const step = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2 }[e.key];
    if (!step) return;
    e.preventDefault();
    slider.value = +slider.value + step;
    show();
  }

  function buttonKey(e) {
    if (e.key !== " " && e.key !== "Enter") return;
    e.preventDefault();
    hold(e.type === "keydown");
  }

  function setLabels(labels) {
    names = labels?.length === 2 ? labels : ["Before", "After"];
    for (const [i, side] of ["before", "after"].entries()) {
      find(`.oi-${side}`).alt = find(`.oi-label-${side}`).textContent = names[i];
    }
    slider.setAttribute("aria-label", `Share of the picture that shows: ${names[0]}`);
  }

  function update(data) {
    for (const side of ["before", "after"]) {
      const url = data?.[side] ?? "";
      if (find(`.oi-${side}`).getAttribute("src") !== url) find(`.oi-${side}`).src = url;
    }
    setLabels(data?.labels);
    show();
  }

  function destroy() {
    ended.abort();
    root.replaceChildren();
  }

  on(slider, "input", show);
  on(slider, "keydown", sliderKey);
  on(button, "pointerdown", e => { button.setPointerCapture(e.pointerId); hold(true); });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) on(button, type, () => hold(false));
  for (const type of ["keydown", "keyup"]) on(button, type, buttonKey);
  on(button, "contextmenu", e => e.preventDefault());   // a long touch
  return { update, destroy };
}
