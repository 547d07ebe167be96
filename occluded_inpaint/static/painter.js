// One canvas: a photo, marks on it, and what was made of it, in one place. No dependencies, no build step. The parts lie beside this file:
// mask.js (what is marked), cracks.js (tracing), view.js (zoom), pictures.js (versions), detail.js (the photo's own pixels when zoomed).
//
// createPainter(root, send) draws into `root` and returns {update(data), destroy()}.
//   data:    {image, image_id, width, height, mask, mask_id, scale, grow, share}; image and mask are URLs, the mask's alpha is the hole.
//            The same data again changes nothing; a new image_id starts over; a new mask_id loads its mask, which can be undone.
//            `scale` is how many pixels of the whole photo lie along one of `image`, `grow` how many of them the hole grows by, and
//            `share` {change, grow, value} what part of the whole photo the hole of message `change` has once it has grown.
//            With `fills` it also fills: `versions` [{id, upon, title, said, picture}] are what was made of the photo so far, `current`
//            is the one to show when it is new, `settled` the message whose marks it has filled; `working` while the page fills,
//            `answered` the last order that is done with, `told` the last message that was heard; `release` whether small marks are
//            filled at once; `keys` whether the page has no other use for letters; `detail` the photo's own pixels, see detail.js.
//   message: {png, width, height, pixels, image_id, change, mask_id, strokes, version, known, order, view, told}, sent when a change is complete;
//            png is "" where nothing is marked, and `change` counts the messages. The mask is sent as it was painted, not grown; what is
//            shown has grown. `strokes` says it again in fractions of a pixel, for a photo that is larger than `image`. `version` is
//            what is painted on, `known` the newest version seen, a higher `order` asks to fill, `view` for detail.
//
// Three layers: the pictures and the overlay lie in one sheet that zoom and pan move by CSS, so neither is redrawn for it;
// the glass above them, at the resolution of the screen, shows the brush and shapes that are not finished.

const PAINTER_HISTORY_BYTES = 48e6;  // what undo and redo may hold together
const PAINTER_MAX_SCALE = 12;        // screen pixels per photo pixel
const PAINTER_SMALL = .01;           // share of the photo up to which marks are filled when the brush is lifted
const PAINTER_SENT = 40;             // messages whose marks are kept until a result has come
const PAINTER_LINES = [[1, 4], [2, 7]];  // radius of a blur and distance of the sides: for thin lines, for wide ones
const PAINTER_CRACK = .73;           // a path is followed where it is so much like the crack at its ends, of 1; noise reaches .7
const PAINTER_SEARCH = 15e4;         // pixels among which a crack is followed
const PAINTER_ICONS = {
  brush: "M4 20c3 0 5-1 5-3.5A2.5 2.5 0 0 0 4 16.5c0 1.5-.5 2.5-1 3.5zM9 14.5 19.5 4 21 5.5 11 16",
  eraser: "M8 19 3.5 14.5a1.5 1.5 0 0 1 0-2L12 4l7.5 7.5-7.5 7.5zM7.5 8.5l7.5 7.5M8 19h12",
  rectangle: "M4 8V5h4M11 5h3M17 5h3v3M20 11v3M20 17v2h-3M14 19h-3M8 19H4v-3M4 13v-2",
  lasso: "M12 4c5 0 9 2.3 9 5.5S17 15 12 15s-9-2.3-9-5.5S7 4 12 4zM7 14.2c-1.5 1-1.5 3 0 3.3 1.5.3 2.5-1 1.5-2.7M7 17.5c-.2 1.5-1 2.5-2 3.5",
  trace: "M4.5 18 8 12.5l3.5 2L14 8l3.5 1L20 5M4.5 20.5a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4",
  undo: "M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 11h-3",
  redo: "M16 5l4 4-4 4M20 9H10a6 6 0 0 0 0 11h3",
  invert: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18M8 5v14M5.5 7v10",
  clear: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  hold: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6",
  wipe: "M12 3v18M9 8l-4 4 4 4M15 8l4 4-4 4",
  go: "M5 19 15.5 8.5M14 4v3M20 10h-3M18.5 5.5 17 7M20 15l-1-1M9 4l1 1",
  out: "M5 12h14",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  in: "M5 12h14M12 5v14",
};
const PAINTER_TOOLS = {
  brush: ["Brush", "B"],
  eraser: ["Eraser", "E"],
  rectangle: ["Rectangle", "R"],
  lasso: ["Lasso", "L"],
  trace: ["Trace", "T"],
};
const PAINTER_KEYS = [
  ["Arrows", "move the cursor (with Shift: further)"],
  ["Space", "paint; hold it and move to draw a line"],
  ["Enter", "put the brush down or lift it; set a corner; close a lasso; end a traced line"],
  ["Esc", "give up the shape or stroke; end a traced line"],
  ["B E R L T", "brush, eraser, rectangle, lasso, trace: from click to click along a crack"],
  ["[ ]", "smaller, larger brush"],
  ["Z Y", "undo, redo"],
  ["I Del", "invert, clear"],
  ["C W", "hold: the photo as it came; before and after side by side"],
  ["Ctrl Enter", "reconstruct what is marked"],
  ["+ - 0", "zoom in, zoom out, whole photo"],
];

// ---------------------------------------------------------------- the page

function painterButton(name, label, key, attributes = "") {
  const shortcut = key === "+" ? "Plus" : key;   // ARIA's name for it
  return `<button type="button" ${attributes} data-do="${name}" title="${label} (${key})" aria-label="${label}" aria-keyshortcuts="${shortcut}">
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="${PAINTER_ICONS[name]}"/></svg><span>${label}</span></button>`;
}

function painterTemplate() {
  const tools = Object.entries(PAINTER_TOOLS).map(([name, [label, key]]) => painterButton(name, label, key, 'aria-pressed="false"'));
  const keys = PAINTER_KEYS.map(([key, what]) => `<dt>${key.split(" ").map(o => `<kbd>${o}</kbd>`).join(" ")}</dt><dd>${what}</dd>`);
  return `<div class="oi-painter oi-marks-only" role="group" aria-label="Mark what is to be filled" data-lm-suppress-shortcuts="true">
    <div class="oi-bar">
      <div class="oi-group oi-tools" role="group" aria-label="Tool">${tools.join("")}</div>
      <div class="oi-group" role="group" aria-label="Marks">
        ${painterButton("invert", "Invert", "I")}${painterButton("clear", "Clear", "Delete")}</div>
      <div class="oi-group" role="group" aria-label="Zoom">
        ${painterButton("out", "Zoom out", "-")}${painterButton("fit", "Whole photo", "0")}${painterButton("in", "Zoom in", "+")}</div>
    </div>
    <div class="oi-stage" tabindex="0" role="application" aria-roledescription="drawing area"
      aria-label="Photo. Paint over what is to be filled. Arrow keys move the cursor, Space paints.">
      <div class="oi-sheet"><img class="oi-photo" alt="" draggable="false"><img class="oi-detail-photo" alt="" draggable="false" hidden>
        <canvas class="oi-result"></canvas><img class="oi-detail" alt="" draggable="false" hidden>
        <canvas class="oi-overlay"></canvas><canvas class="oi-detail-overlay" hidden></canvas></div>
      <canvas class="oi-glass"></canvas>
      <span class="oi-line" tabindex="0" role="slider" aria-label="Share of the picture that shows the photo as it came"
        aria-valuemin="0" aria-valuemax="100"><svg viewBox="0 0 20 20" aria-hidden="true"><path d="M7 6l-4 4 4 4M13 6l4 4-4 4"/></svg></span>
      <span class="oi-label oi-before">Before</span><span class="oi-label oi-after">After</span>
      <span class="oi-busy" hidden></span><p class="oi-note" aria-live="polite" hidden></p></div>
    <div class="oi-act">
      <div class="oi-group" role="group" aria-label="Change">${painterButton("undo", "Undo", "Z")}${painterButton("redo", "Redo", "Y")}</div>
      <label class="oi-size" title="Brush size on the screen ([ and ])"><span>Size</span>
        <input aria-label="Brush size" type="range" min="1" max="200" value="36"><output>36</output></label>
      <div class="oi-group oi-compares" role="group" aria-label="Compare">
        ${painterButton("hold", "Hold to compare", "C", 'aria-pressed="false"')}${painterButton("wipe", "Before and after", "W", 'aria-pressed="false"')}</div>
      <label class="oi-switch" title="Small marks are filled when the brush is lifted"><input type="checkbox" role="switch" checked>
        <span>Fill on release</span></label>
      ${painterButton("go", "Reconstruct", "Control+Enter", 'aria-disabled="true"')}
    </div>
    <div class="oi-strip" role="group" aria-label="Versions" hidden></div>
    <div class="oi-foot"><p class="oi-status" role="status" aria-live="polite"></p>
      <button type="button" class="oi-text" data-do="save">Download the mask</button>
      <details><summary>Keys and gestures</summary><dl>${keys.join("")}
        <dt>Mouse</dt><dd>drag paints; <kbd>Ctrl</kbd> and wheel zooms, <kbd>Alt</kbd> and wheel sizes the brush; <kbd>Space</kbd> or the middle button drags the photo</dd>
        <dt>Touch</dt><dd>one finger paints, two zoom and move</dd></dl></details></div></div>`;
}

/** "3.2 % of the photo is marked", as `share_text` of the package says it of the result. */
function painterShare(share) {
  if (!share) return "Nothing is marked yet.";
  const tenths = Math.floor(1000 * share + .5);
  return `${tenths ? (tenths / 10).toFixed(1) : "Less than 0.1"} % of the photo is marked.`;
}

/** Diagonal stripes of the accent colour: no photo has them, so that the overlay is told from its colours. */
function painterStripes(colour, period) {
  const tile = document.createElement("canvas"), c = tile.getContext("2d");
  tile.width = tile.height = period = Math.max(4, Math.round(period));
  c.fillStyle = colour;
  c.fillRect(0, 0, period, period);
  c.strokeStyle = "rgba(255, 255, 255, .3)";
  c.lineWidth = period / 5;
  for (const shift of [-period, 0, period]) {
    c.beginPath();
    c.moveTo(shift - period, 2 * period);
    c.lineTo(shift + 2 * period, -period);
    c.stroke();
  }
  return c.createPattern(tile, "repeat");
}

// ---------------------------------------------------------------- the screen

/** Draws the mask and what is not finished, in the layers of the template. */
class PainterScreen {
  constructor(root, mask, view) {
    const find = selector => root.querySelector(selector);
    Object.assign(this, { mask, grown: new GrownMask(mask), view, stage: find(".oi-stage"), sheet: find(".oi-sheet"), overlay: find(".oi-overlay"), glass: find(".oi-glass") });
    this.tint = this.overlay.getContext("2d");
    this.lines = this.glass.getContext("2d");
  }

  /** A photo of another size is to be shown. */
  open(width, height) {
    for (const o of [this.sheet.style, this.stage.style]) {
      o.setProperty("--w", width);
      o.setProperty("--h", height);
    }
    this.stage.classList.toggle("oi-panorama", width > 3 * height);   // more than a strip
    Object.assign(this.overlay, { width, height });
    this.grown.reset(width, height);
  }

  /** The stage has a size, or another one. */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.stage, dpr = window.devicePixelRatio || 1;
    if (!width || !height) return;   // it is not shown
    Object.assign(this.glass, { width: Math.round(width * dpr), height: Math.round(height * dpr) });
    this.view.resize(width, height);
    this.mask.fresh = this.mask.all();   // stripes keep their width on the screen
  }

  /** One frame; `corners` of an unfinished shape and the `brush` {x, y, size, cross}, in photo pixels, or null. */
  draw(corners, brush) {
    const { x, y, scale } = this.view;
    this.sheet.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.sheet.classList.toggle("oi-pixels", scale > 4);
    this.drawOverlay();
    this.clearGlass();
    if (corners) this.drawShape(corners);
    if (brush) this.drawBrush(brush);
  }

  /** What will be filled in stripes, and no rim: what is not tinted stays as it is. */
  drawOverlay() {
    const { tint, mask, grown } = this;
    if (!mask.fresh) return;
    const box = corner(grown.follow(mask.fresh));
    mask.fresh = null;
    tint.save();
    tint.beginPath();
    tint.rect(...box);
    tint.clip();
    tint.clearRect(...box);
    tint.drawImage(grown.canvas, 0, 0);
    tint.globalCompositeOperation = "source-in";
    tint.fillStyle = painterStripes(getComputedStyle(this.overlay).color, 9 / (this.view.fitScale || 1));
    tint.fillRect(...box);
    tint.restore();
  }

  clearGlass() {
    const { lines, glass } = this, dpr = glass.width / (this.view.stage.width || 1);
    lines.setTransform(1, 0, 0, 1, 0, 0);
    lines.clearRect(0, 0, glass.width, glass.height);
    lines.setTransform(dpr, 0, 0, dpr, 0, 0);
  }

  drawShape(corners) {
    const path = new Path2D();
    for (const p of corners.map(p => this.view.toStage(p))) path.lineTo(p.x, p.y);
    path.closePath();
    this.outline(path);
  }

  /** A ring of the brush's size, or a cross where there is no brush. */
  drawBrush(brush) {
    const { x, y } = this.view.toStage(brush), path = new Path2D();
    if (brush.size) path.arc(x, y, Math.max(2, brush.size * this.view.scale / 2), 0, 7);
    if (brush.cross) path.addPath(new Path2D(`M${x - 8} ${y}h16M${x} ${y - 8}v16`));
    this.outline(path);
  }

  /** White on black, seen on any photo. */
  outline(path) {
    for (const [strokeStyle, lineWidth] of [["rgba(0, 0, 0, .7)", 3.5], ["#fff", 1.5]]) {
      Object.assign(this.lines, { strokeStyle, lineWidth });
      this.lines.stroke(path);
    }
  }
}

// ---------------------------------------------------------------- the painter

/** A painter in `root`, see the top of this file. */
function createPainter(root, send) {
  root.innerHTML = painterTemplate();
  const find = selector => root.querySelector(selector);
  const host = find(".oi-painter"), stage = find(".oi-stage"), photo = find(".oi-photo"), note = find(".oi-note"), busyMark = find(".oi-busy");
  const size = find(".oi-size input"), sizeText = find("output"), status = find(".oi-status"), release = find(".oi-switch input");
  const mask = new PaintedMask(), view = new PhotoView(), screen = new PainterScreen(root, mask, view), ended = new AbortController();
  const pointers = new Map();   // pointer id -> its last place on the stage
  let key = null, imageId = null, maskId = null, ready = false, frame = 0;
  let tool = "brush", gesture = null;   // null, "draw", "pan", "pinch" or "rest" (until all fingers are lifted)
  let points = null;                    // of the stroke or shape that is being drawn, in photo pixels
  let trail = null, ridges = null;      // points of the line that is being traced; where the photo has lines, once that is asked
  let cursor = null, byKeys = false;    // where the brush is, in photo pixels, and whether keys moved it there
  let spaceHeld = false, penDown = false;
  let widths = {};                      // of the brush and of a traced line, where the other is in use
  let changes = 0, remark = "";         // messages sent; what is said behind the figure until the next change
  let server = {}, heard = null;        // {grow, share} of the whole photo, as the page has said last; that as text
  let fills = false, keys = false;      // whether the page fills; whether it leaves the letters to the painter wherever the focus is
  let known = -1, arriving = null;      // the newest version that has been shown, -1 before any; one that waits for the end of a stroke
  let told = 0;                         // messages sent to a page that fills
  let sent = new Map();                 // change -> the marks that were sent, while no result has come of them
  let released = false, wants = 0, saved = 0;   // whether the last order came from a brush that was lifted; files asked for, and got
  let order = 0, answered = 0, working = false;   // how often it was asked to fill, what was done of it; whether it is being done
  const line = find(".oi-line"), holdButton = find("[data-do=hold]");
  let lineHeld = false;                 // whether the line between before and after is being moved
  let loaded_id = null;                 // the mask that was loaded last

  const pictures = new PainterPictures(root, redraw), strip = new PainterStrip(root, pictures, goTo), detail = new PainterDetail(root, view, tell);
  const on = (target, type, handler, options) => target.addEventListener(type, handler, { signal: ended.signal, ...options });
  const isBrush = () => tool === "brush" || tool === "eraser";
  const say = text => { if (status.textContent !== text) status.textContent = text; };

  // -------------------------------------------------------------- drawing on the screen

  function redraw() { frame ||= requestAnimationFrame(drawFrame); }

  function drawFrame() {
    frame = 0;
    screen.draw(unfinished(), brushMark());
    host.style.setProperty("--line", `${view.x + (pictures.at ?? 0) * mask.width * view.scale}px`);
    detail.moved(pictures.shown);
    Object.assign(host.dataset, { scale: view.scale.toFixed(4), x: view.x.toFixed(2), y: view.y.toFixed(2) });   // for tests
  }

  /** In photo pixels: the brush keeps its size on the screen, so zoom makes it finer. */
  function brushWidth() { return +size.value * (view.zoomed ? view.fitScale / view.scale : 1); }

  function brushMark() {
    const moving = gesture === "pan" || gesture === "pinch", at = cursor ?? trail?.at(-1), wide = isBrush() || tool === "trace";
    return at && !moving ? { ...at, size: wide ? brushWidth() : 0, cross: byKeys || !isBrush() } : null;
  }

  /** The corners of what is drawn but not finished, or null. */
  function unfinished() {
    if (tool === "trace") return trail && cursor && [trail.at(-1), cursor];
    return points && !isBrush() ? shape([...points, ...(byKeys && cursor ? [cursor] : [])]) : null;
  }

  /** The corners of a rectangle or lasso through `points`. */
  function shape(points) {
    const a = points[0], b = points.at(-1);
    return tool === "lasso" ? points : [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
  }

  function layout() {
    screen.resize();
    redraw();
  }

  function showTools() {
    for (const o of root.querySelectorAll(".oi-tools [aria-pressed]")) o.setAttribute("aria-pressed", o.dataset.do === tool);
    const original = pictures.source === photo;
    const off = { undo: !mask.done.length, redo: !mask.undone.length, clear: !mask.pixels, save: !mask.pixels, go: !mask.pixels || busy(), hold: original, wipe: original };
    find("[data-do=wipe]").setAttribute("aria-pressed", pictures.at !== null);
    busyMark.hidden = !busy();
    // aria-disabled rather than disabled: a button that goes grey under the finger must keep the focus
    for (const o of root.querySelectorAll("[data-do]")) o.setAttribute("aria-disabled", !ready || !!off[o.dataset.do]);
    size.disabled = !ready;
    sizeText.value = size.value;
    Object.assign(host.dataset, { ready, tool, pixels: mask.pixels });   // for tests
  }

  // -------------------------------------------------------------- changing the mask

  function startStroke(p) {
    mask.begin();
    points = [p];
    if (isBrush()) brush([p]);
    redraw();
  }

  function brush(line) {
    mask.stroke(line, brushWidth(), tool === "eraser");
    detail.mark(line, brushWidth() + (tool === "eraser" ? 0 : 2 * screen.grown.radius), tool === "eraser");
  }

  function extendStroke(more) {
    if (isBrush()) brush([points.at(-1), ...more]);
    if (isBrush()) points = [more.at(-1)];
    else points.push(...more);
    redraw();
  }

  function finishStroke() {
    if (!points) return;
    if (tool === "trace") return tracePoint(points.at(-1));
    if (!isBrush()) {
      mask.fill(shape(points));
      detail.mark(shape(points), 0, false, true);
    }
    points = null;
    penDown = false;
    committed(mask.commit(), "", tool !== "eraser");
    arriveNow();
  }

  function cancelStroke() {
    if (!points) return;
    mask.cancel();
    detail.outdated();
    points = null;
    penDown = false;
    if (gesture === "draw") gesture = "rest";
    redraw();
    arriveNow();
  }

  /** The marks have changed, by a brush that was lifted if `lifted`: tell the page, which fills small marks at once. */
  function committed(changed, more = "", lifted = false) {
    if (changed) mask.change = ++changes + 1;
    remark = more;
    sayShare();
    const small = screen.grown.pixels <= PAINTER_SMALL * mask.width * mask.height;
    if (changed && lifted && fills && release.checked && mask.pixels && small) [order, released] = [order + 1, true];
    if (changed && !lifted) detail.outdated();
    showTools();
    redraw();
    if (changed) tell();
  }

  /** Send what is marked. */
  function tell() {
    const message = mask.message(imageId, changes);
    if (!fills) return send(message);
    sent.set(changes, message.png);
    host.dataset.told = ++told;
    for (const o of sent.keys()) if (o <= changes - PAINTER_SENT) sent.delete(o);
    send({ ...message, mask_id: loaded_id, strokes: mask.drawn(), version: pictures.shown, known: Math.max(0, known),
      order, released, wants, view: detail.message, told });
  }

  // -------------------------------------------------------------- filling

  function busy() { return working || order > answered; }

  function fill() {
    endTrail();
    if (!fills || !mask.pixels || busy()) return;
    [order, released] = [order + 1, false];
    tell();
    showTools();
  }

  /** Ask for the mask of the whole photo as a file; the answer is `file` {id, name, url}. */
  function askFile() {
    wants++;
    tell();
  }

  function takeFile(file) {
    if (!file || file.id !== wants || file.id === saved) return;
    saved = file.id;
    Object.assign(document.createElement("a"), { download: file.name, href: file.url }).click();
  }

  /** Show another version, in a step that can be undone; the marks stay. */
  function goTo(id) {
    endTrail();
    if (id === pictures.shown) return;
    step({ versions: [pictures.shown, id] });
  }

  function step(between) {
    if (!mask.changed) mask.begin();
    mask.commit(between);
    turnTo(between.versions[1]);
    mask.change = ++changes + 1;
    sayShare();
    showTools();
    tell();
  }

  function turnTo(id) {
    pictures.show(id);
    ridges = null;
    detail.outdated();
    strip.update();
  }

  /** A result has come: it takes the place of what it was made from, and the marks that it has filled go. */
  async function arrive() {
    const { id, settled } = arriving, opened = key, after = mask.done.filter(o => o.change > settled);
    const picture = settled < changes && sent.get(settled) ? await loadImage(sent.get(settled)) : null;
    if (points || opened !== key || arriving?.id !== id) return;   // a stroke has begun meanwhile: after it
    arriving = null;
    known = pictures.newest;
    mask.begin();
    if (settled >= changes) mask.clear();
    else if (picture) mask.subtract(picture);
    step({ versions: [pictures.shown, id], base: after.flatMap(o => o.strokes) });
    pictures.reveal();
    sent.clear();
  }

  function arriveNow() { if (arriving && !points) arrive(); }

  /** Versions that the page has. */
  async function take({ versions = [], current = 0, settled = 0 }) {
    const opened = key, before = pictures.newest, fresh = known < 0;
    await pictures.add(versions);
    if (opened !== key || !versions.length) return;
    changes = Math.max(changes, settled);
    mask.change = changes + 1;
    if (fresh && known < 0) {
      known = pictures.newest;
      turnTo(current);
    } else if (pictures.newest > Math.max(before, known)) {
      arriving = { id: current, settled };
      arriveNow();
    }
    showTools();
    strip.update();
  }

  async function loadImage(url) {
    const image = new Image();
    image.src = url;
    await image.decode().catch(() => {});
    return image.naturalWidth ? image : null;
  }

  /** The page's own figure, if it is about what is marked now: a photo larger than its preview is counted in full there. */
  function sayShare() {
    const { share, grow } = server, known = share?.change === changes && share?.grow === grow;
    screen.drawOverlay();   // which counts
    say(painterShare(known ? share.value : screen.grown.pixels / (mask.width * mask.height)) + remark);
  }

  function change(how) {
    endTrail();
    mask.begin();
    how();
    committed(mask.commit());
  }

  /** A point of the line that is being traced: what leads to it from the one before is marked, in a step of its own. */
  function tracePoint(p) {
    points = null;
    p = { x: clamp(p.x, 0, mask.width), y: clamp(p.y, 0, mask.height) };
    ridges ??= findRidges(pictures.source, mask.width, mask.height);
    const from = trail?.at(-1);
    if (from && Math.hypot(p.x - from.x, p.y - from.y) * view.scale < 6) return endTrail();
    trail ??= [];
    if (from) traceSegment(from, p);
    else say("First point set: go on along the crack. Enter, Esc or a click on the last point ends the line.");
    trail.push(p);
    redraw();
  }

  function traceSegment(from, to) {
    const path = followCrack(ridges, from, to);
    mask.begin();
    mask.stroke(path, brushWidth());
    to.marks = mask.commit();
    committed(to.marks, path.length > 2 ? "" : " No crack is seen there: the line is straight.");
  }

  function endTrail() {
    cancelStroke();
    trail = null;
    redraw();
  }

  /** Take the last point of a traced line back; whether a change of the mask goes with it. */
  function stepBack() {
    const last = trail?.pop();
    if (trail && !trail.length) trail = null;
    return !last || !!last.marks;
  }

  /** A tool; the brush and a traced line keep a width each. */
  function choose(name) {
    const kind = o => o === "trace" ? o : "brush";
    endTrail();
    widths[kind(tool)] = size.value;
    tool = name;
    size.value = widths[kind(tool)];
    showTools();
  }

  function resizeBrush(factor) {
    const value = +size.value;
    size.value = factor > 1 ? Math.max(value + 1, value * factor) : Math.min(value - 1, value * factor);
    showTools();
    redraw();
  }

  function zoom(factor, from, to) {
    view.zoom(factor, from, to);
    redraw();
  }

  /** A step was undone or done again: the version on its other `side` is shown. */
  function turned(step, side) {
    if (step?.versions) turnTo(step.versions[side]);
    return !!step;
  }

  /** Before and after side by side: the line goes through what was filled, which is brought near where it is small. */
  function compareFrom(open) {
    const { hole } = pictures;
    if (!open || !hole) pictures.wipe(null);
    else {
      const middle = { x: hole.left + hole.width / 2, y: hole.top + hole.height / 2 }, { width, height } = view.stage;
      const near = Math.min(width / hole.width / 4, height / hole.height / 4, 4 * view.finer);
      if (!view.zoomed && near > 1.5 * view.scale) view.put(middle, { x: width / 2, y: height / 2 }, near);
      pictures.wipe(middle.x / mask.width);
    }
    showTools();
  }

  const actions = {
    undo() { cancelStroke(); committed(stepBack() && turned(mask.undo(), 0)); },
    redo() { endTrail(); committed(turned(mask.redo(), 1)); },
    go: fill,
    save: askFile,
    hold() {},   // while it is pressed, see below
    wipe() { compareFrom(pictures.at === null); },
    invert() { change(() => mask.invert()); },
    clear() { change(() => mask.clear()); },
    in() { zoom(1.4, byKeys && cursor ? view.toStage(cursor) : undefined); },
    out() { zoom(1 / 1.4); },
    fit() { view.fit(); redraw(); },
    smaller() { resizeBrush(1 / 1.25); },
    larger() { resizeBrush(1.25); },
    cancel: endTrail,
  };
  for (const name of Object.keys(PAINTER_TOOLS)) actions[name] = () => choose(name);

  function act(name) { if (ready) actions[name](); }

  // -------------------------------------------------------------- mouse, pen and touch

  function place(e) {
    const box = stage.getBoundingClientRect();
    return { x: e.clientX - box.left - stage.clientLeft, y: e.clientY - box.top - stage.clientTop };
  }

  function pointerDown(e) {
    if (!ready || (e.button !== 0 && e.button !== 1)) return;
    e.preventDefault();
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(e.pointerId);
    pointers.set(e.pointerId, place(e));
    if (pointers.size === 2) return startPinch();
    if (gesture) return;
    cancelStroke();   // one begun by keys
    byKeys = false;
    gesture = e.button === 1 || spaceHeld ? "pan" : "draw";
    cursor = view.toPhoto(place(e));
    if (gesture === "draw") startStroke(cursor);
    showGesture();
  }

  function startPinch() {
    cancelStroke();
    gesture = "pinch";
    showGesture();
  }

  function pointerMove(e) {
    if (!ready) return;
    const to = place(e), from = pointers.get(e.pointerId);
    if (gesture === "pinch" && from) return pinch(e.pointerId, from, to);
    if (from) pointers.set(e.pointerId, to);
    if (gesture === "pan" && from) view.pan(to.x - from.x, to.y - from.y);
    if (gesture === "draw" && from) extendStroke(recent(e).map(o => view.toPhoto(place(o))));
    const keysDraw = points && gesture !== "draw";
    if (!keysDraw && (from || e.pointerType !== "touch")) [cursor, byKeys] = [view.toPhoto(to), false];
    redraw();
  }

  /** All places that the pointer went through since the last event. */
  function recent(e) {
    const all = e.getCoalescedEvents?.() ?? [];
    return all.length ? all : [e];
  }

  /** Finger `id` of two went from `from` to `to`: what lies under both fingers stays under them. */
  function pinch(id, from, to) {
    const other = [...pointers].find(([o]) => o !== id)?.[1];
    pointers.set(id, to);
    if (!other) return;
    const far = p => Math.hypot(p.x - other.x, p.y - other.y), middle = p => ({ x: (p.x + other.x) / 2, y: (p.y + other.y) / 2 });
    zoom(far(to) / Math.max(1, far(from)), middle(from), middle(to));
  }

  function pointerUp(e) {
    if (!pointers.delete(e.pointerId)) return;
    if (gesture === "draw") finishStroke();
    endPointer(e);
  }

  /** The browser took the pointer away: for a scroll, a dialog, a call. What it drew is taken back. */
  function pointerLost(e) {
    if (!pointers.delete(e.pointerId)) return;
    if (gesture === "draw") cancelStroke();
    endPointer(e);
  }

  function endPointer(e) {
    gesture = pointers.size ? "rest" : null;
    if (e.pointerType === "touch") cursor = null;
    showGesture();
    redraw();
  }

  function pointerLeave() {
    if (gesture || byKeys) return;
    cursor = null;
    redraw();
  }

  function moveLine(e) {
    if (!lineHeld) return;
    pictures.wipe(view.toPhoto(place(e)).x / mask.width);
    e.stopPropagation();
  }

  function lineKey(e) {
    const step = { ArrowLeft: -.02, ArrowDown: -.02, ArrowRight: .02, ArrowUp: .02 }[e.key];
    if (!step) return;
    pictures.wipe(pictures.at + step);
    e.preventDefault();
    e.stopPropagation();
  }

  function hold(held) {
    if (pictures.source === photo) held = false;
    pictures.hold(held);
    holdButton.setAttribute("aria-pressed", held);
  }

  function showGesture() { stage.classList.toggle("oi-grab", spaceHeld || gesture === "pan"); }

  /** With Ctrl, or pinched on a touch pad: zoom. Alone: pan while there is photo to pan to, else the page scrolls. */
  function wheel(e) {
    if (!ready) return;
    const line = e.deltaMode ? 16 : 1;
    if (e.altKey) resizeBrush(e.deltaY < 0 ? 1.12 : 1 / 1.12);
    else if (e.ctrlKey || e.metaKey) zoom(Math.exp(-clamp(e.deltaY * line, -60, 60) / 150), place(e));
    else if (!view.pan(-e.deltaX * line, -e.deltaY * line)) return;
    e.preventDefault();
    redraw();
  }

  // -------------------------------------------------------------- keys

  const letters = { b: "brush", e: "eraser", r: "rectangle", l: "lasso", t: "trace", z: "undo", y: "redo", i: "invert", w: "wipe", delete: "clear", backspace: "clear",
    "[": "smaller", "]": "larger", "+": "in", "=": "in", "-": "out", _: "out", 0: "fit", escape: "cancel" };
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function actionFor(e) {
    const name = e.key.toLowerCase(), altGr = e.getModifierState("AltGraph");   // some keyboards have [ and ] there
    if (e.altKey && !altGr || name === "escape" && !points && !trail) return null;
    if (altGr || !e.ctrlKey && !e.metaKey) return letters[name] ?? null;
    return { z: e.shiftKey ? "redo" : "undo", y: "redo", enter: "go" }[name] ?? null;
  }

  function keyDown(e) {
    if (!ready) return;
    const onStage = e.composedPath()[0] === stage, action = actionFor(e);
    if (action) act(action);
    else if (e.key.toLowerCase() === "c" && !e.ctrlKey && !e.metaKey && !e.altKey) hold(true);
    else if (!onStage || e.ctrlKey || e.metaKey || e.altKey) return;
    else if (arrows[e.key]) moveCursor(...arrows[e.key], e.shiftKey);
    else if (e.key === " ") { if (!e.repeat) spaceDown(); }
    else if (e.key === "Enter") { if (!e.repeat) enter(); }
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  /** Keys on the page, where nothing else takes them: letters and shortcuts, but nothing that scrolls or presses. */
  function pageKey(e) {
    const target = e.composedPath()[0], typed = target.matches?.("textarea, select, [contenteditable], [role=combobox], input:not([type=radio], [type=checkbox], [type=range])");
    const plain = e.key.length === 1 && e.key !== " ", shortcut = e.key === "Enter" && (e.ctrlKey || e.metaKey);
    if (!keys || typed || e.defaultPrevented || e.composedPath().includes(host) || !plain && !shortcut) return;
    keyDown(e);
  }

  function keyUp(e) {
    if (e.key.toLowerCase() === "c") hold(false);
    if (e.key !== " ") return;
    spaceHeld = false;
    showGesture();
    if (points && isBrush() && byKeys && !penDown) finishStroke();
  }

  function showCursor() {
    if (!cursor) cursor = view.toPhoto({ x: view.stage.width / 2, y: view.stage.height / 2 });
    byKeys = true;
    redraw();
  }

  function moveCursor(dx, dy, far) {
    if (gesture) return;
    showCursor();
    const step = Math.max(1, 8 / view.scale) * (far ? 5 : 1);
    cursor = { x: clamp(cursor.x + dx * step, 0, mask.width), y: clamp(cursor.y + dy * step, 0, mask.height) };
    if (points && isBrush()) extendStroke([cursor]);
    view.reveal(cursor);
  }

  /** Over a mouse Space is the hand that drags the photo; where keys move the cursor, it paints. */
  function spaceDown() {
    if (gesture) return;
    if (cursor && !byKeys) { spaceHeld = true; return showGesture(); }
    showCursor();
    if (tool === "trace") tracePoint(cursor);
    else if (!isBrush()) setCorner();
    else if (!points) startStroke(cursor);
  }

  function enter() {
    if (gesture) return;
    showCursor();
    if (tool === "trace") return trail ? endTrail() : tracePoint(cursor);
    if (!isBrush()) return tool === "lasso" && points?.length > 2 ? finishStroke() : setCorner();
    if (points) return finishStroke();
    startStroke(cursor);
    penDown = true;
    say("The brush is down: arrows paint, Enter lifts it.");
  }

  function setCorner() {
    if (!points) startStroke(cursor);
    else extendStroke([cursor]);
    if (tool === "rectangle" && points.length === 2) return finishStroke();
    say(tool === "rectangle" ? "First corner set: move on and press Space for the opposite one." :
      `${points.length} ${points.length === 1 ? "corner" : "corners"} set: Space adds one${points.length > 2 ? ", Enter closes the lasso" : ""}.`);
  }

  function blurred() {
    spaceHeld = false;
    if (byKeys) { cancelStroke(); cursor = null; }
    showGesture();
    redraw();
  }

  // -------------------------------------------------------------- data

  function showNote(text) {
    note.textContent = text;
    note.hidden = !text;
    if (text) say("");
  }

  function setReady(value, text) {
    ready = value;
    host.classList.toggle("oi-off", !ready);
    showNote(text);
    showTools();
  }

  /** Start over with another photo. */
  function open({ image, image_id, width, height }) {
    endTrail();
    [imageId, maskId, cursor, gesture, ridges, loaded_id] = [image_id, null, null, null, null, null];
    [known, arriving, order, answered] = [-1, null, 0, 0];
    sent.clear();
    pictures.open(width, height);
    detail.close();
    strip.update();
    pointers.clear();
    screen.open(width, height);
    mask.reset(width, height);
    Object.assign(view, { photo: { width, height }, scale: 0 });
    const largest = Math.max(8, Math.round(Math.max(width, height) / 4));
    widths = { brush: Math.round(largest / 7), trace: Math.max(2, Math.round(largest / 30)) };
    Object.assign(size, { max: largest, value: widths[tool === "trace" ? tool : "brush"] });
    setReady(false, "Loading the photo");
    photo.src = image;
    layout();
  }

  function close() {
    endTrail();
    key = null;
    setReady(false, "There is no photo yet.");
  }

  function loaded() {
    if (!key) return;
    setReady(true, "");
    pictures.show(pictures.shown);
    layout();
    sayShare();
  }

  /** Load a mask over the drawing, as a change that can be undone. */
  function loadMask(url, id) {
    const picture = new Image(), opened = key;
    picture.onload = () => {
      if (ended.signal.aborted || opened !== key || id !== maskId) return;
      loaded_id = id;
      change(() => mask.load(picture, id));
    };
    picture.onerror = () => { if (id === maskId) say("The mask could not be shown."); };
    picture.src = url;
  }

  function update(data) {
    const { image, image_id, width, height, mask: url, mask_id } = data ?? {};
    if (!image || !(width > 0 && height > 0)) return close();
    const now = `${image_id} ${width} ${height}`;
    if (now !== key) {
      if (key) stage.scrollIntoView({ block: "center" });   // another photo in its place: an extended one
      key = now;
      open(data);
    }
    const load = url && mask_id !== maskId;
    maskId = mask_id;
    hear(data);
    hearFills(data);
    if (load) loadMask(url, mask_id);
  }

  /** What a page that fills has to say. */
  function hearFills(data) {
    [fills, keys, working] = [!!data.fills, !!data.keys, !!data.working];
    answered = Math.max(answered, data.answered ?? 0);
    order = Math.max(order, answered);
    host.dataset.heard = data.told ?? 0;   // for tests
    view.finer = Math.max(1, data.scale ?? 1);
    detail.on = fills && data.scale > 1;
    host.classList.toggle("oi-marks-only", !fills);
    if (fills) takeFile(data.file);
    if (fills) take(data);
    if (fills) detail.hear(data.detail, () => changes);
    showTools();
  }

  /** By how many pixels of the whole photo the hole grows, and what part of that photo it is then. */
  function hear({ scale = 1, grow = 0, share = null }) {
    const news = JSON.stringify([scale, grow, share]);
    if (news === heard) return;
    heard = news;
    server = { grow, share };
    if (grow / scale !== screen.grown.radius) mask.fresh = mask.all();
    screen.grown.setGrow(grow / scale);
    redraw();
    if (ready) sayShare();
  }

  function destroy() {
    ended.abort();
    resized.disconnect();
    cancelAnimationFrame(frame);
    photo.removeAttribute("src");
    root.replaceChildren();
  }

  on(stage, "pointerdown", pointerDown);
  on(stage, "pointermove", pointerMove);
  on(stage, "pointerup", pointerUp);
  on(stage, "pointercancel", pointerLost);
  on(stage, "lostpointercapture", pointerLost);
  on(stage, "pointerleave", pointerLeave);
  on(stage, "wheel", wheel, { passive: false });
  on(stage, "blur", blurred);
  on(stage, "focus", () => { if (ready && stage.matches(":focus-visible") && !cursor && !gesture) showCursor(); });
  on(stage, "contextmenu", e => { if (gesture) e.preventDefault(); });
  on(host, "keydown", keyDown);
  on(document, "keydown", pageKey);
  on(document, "keyup", keyUp);
  on(line, "pointerdown", e => { lineHeld = true; line.setPointerCapture(e.pointerId); e.stopPropagation(); });
  on(line, "pointermove", moveLine);
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) on(line, type, e => { lineHeld = false; e.stopPropagation(); });
  on(line, "keydown", lineKey);
  on(holdButton, "pointerdown", e => { holdButton.setPointerCapture(e.pointerId); hold(true); });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) on(holdButton, type, () => hold(false));
  on(holdButton, "keydown", e => { if (e.key === " " || e.key === "Enter") hold(true); });
  on(holdButton, "keyup", () => hold(false));
  on(holdButton, "contextmenu", e => e.preventDefault());   // a long touch
  on(size, "input", () => { showTools(); redraw(); });
  on(photo, "load", loaded);
  on(photo, "error", () => setReady(false, "The photo could not be shown."));
  on(window, "resize", layout);
  on(matchMedia("(prefers-color-scheme: dark)"), "change", layout);
  for (const o of root.querySelectorAll("[data-do]")) {
    let tapped = -1000;               // a tap counts when the finger is lifted: browsers do not make a click of every tap
    const press = () => { if (o.getAttribute("aria-disabled") !== "true") act(o.dataset.do); };
    const holds = (b, e) => e.clientX >= b.left && e.clientX <= b.right && e.clientY >= b.top && e.clientY <= b.bottom;
    on(o, "click", e => { if (e.timeStamp - tapped > 700) press(); });
    on(o, "pointerup", e => { if (e.pointerType === "touch" && holds(o.getBoundingClientRect(), e)) { tapped = e.timeStamp; press(); } });
  }
  const resized = new ResizeObserver(layout);
  resized.observe(stage);
  setReady(false, "There is no photo yet.");
  return { update, destroy };
}
