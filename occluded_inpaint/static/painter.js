// Mask painter: marks the part of a photo that is to be filled. No dependencies, no build step.
//
// createPainter(root, send) draws into `root` and returns {update(data), destroy()}.
//   data:    {image, image_id, width, height, mask, mask_id, scale, grow, share}; image and mask are URLs, the mask's alpha is the hole.
//            The same data again changes nothing; a new image_id starts over; a new mask_id loads its mask, which can be undone.
//            `scale` is how many pixels of the whole photo lie along one of `image`, `grow` how many of them the hole grows by, and
//            `share` {change, grow, value} what part of the whole photo the hole of message `change` has once it has grown.
//   message: {png, width, height, pixels, image_id, change}, sent when a change is complete; png is "" where nothing is marked,
//            and `change` counts the messages. The mask is sent as it was painted, not grown; what is shown has grown.
//
// Three layers: the photo and the overlay lie in one sheet that zoom and pan move by CSS, so neither is redrawn for it;
// the glass above them, at the resolution of the screen, shows the brush and shapes that are not finished.

const PAINTER_HISTORY_BYTES = 48e6;  // what undo and redo may hold together
const PAINTER_MAX_SCALE = 12;        // screen pixels per photo pixel
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
  ["+ - 0", "zoom in, zoom out, whole photo"],
];

// ---------------------------------------------------------------- the mask

/** The marked pixels: a white canvas whose alpha is the hole, with undo. A change is begin(), drawing, then commit() or cancel(). */
class PaintedMask {
  constructor() {
    [this.canvas, this.context] = PaintedMask.newCanvas();
    [this.beforeCanvas, this.before] = PaintedMask.newCanvas();  // the mask when the change began
    this.reset(1, 1);
  }

  static newCanvas() {
    const canvas = document.createElement("canvas");
    return [canvas, canvas.getContext("2d", { willReadFrequently: true })];
  }

  reset(width, height) {
    for (const o of [this.canvas, this.beforeCanvas]) Object.assign(o, { width, height });
    this.context.lineCap = this.context.lineJoin = "round";
    this.context.fillStyle = this.context.strokeStyle = "#fff";
    Object.assign(this, { width, height, pixels: 0, done: [], undone: [], changed: null });
    this.fresh = this.all();   // what the screen does not show yet
  }

  all() { return { left: 0, top: 0, right: this.width, bottom: this.height }; }

  begin() {
    this.before.globalCompositeOperation = "copy";
    this.before.drawImage(this.canvas, 0, 0);
    this.changed = null;
  }

  /** A line through `points`, as wide as `size`. */
  stroke(points, size, erase) {
    const c = this.context;
    c.globalCompositeOperation = erase ? "destination-out" : "source-over";
    c.lineWidth = size;
    c.beginPath();
    c.moveTo(points[0].x, points[0].y);
    for (const p of points) c.lineTo(p.x + .01, p.y);   // not of length 0, which would draw no dot
    c.stroke();
    this.touch(points, size / 2 + 1);
  }

  fill(points) {
    const c = this.context;
    c.globalCompositeOperation = "source-over";
    c.beginPath();
    for (const p of points) c.lineTo(p.x, p.y);
    c.fill();
    this.touch(points, 1);
  }

  cover(operation) {
    this.context.globalCompositeOperation = operation;
    this.context.fillRect(0, 0, this.width, this.height);
    this.touchAll();
  }

  invert() { this.cover("xor"); }

  clear() { this.cover("destination-out"); }

  load(image) {
    this.context.globalCompositeOperation = "copy";
    this.context.drawImage(image, 0, 0, this.width, this.height);
    this.cover("source-in");
  }

  touchAll() { this.touch([{ x: 0, y: 0 }, { x: this.width, y: this.height }], 0); }

  /** Note that pixels around `points` have changed: for the commit, and for the next frame on the screen. */
  touch(points, margin) {
    const xs = points.map(p => p.x), ys = points.map(p => p.y);
    const box = { left: Math.max(0, Math.floor(Math.min(...xs) - margin)), right: Math.min(this.width, Math.ceil(Math.max(...xs) + margin)),
                  top: Math.max(0, Math.floor(Math.min(...ys) - margin)), bottom: Math.min(this.height, Math.ceil(Math.max(...ys) + margin)) };
    this.changed = union(this.changed, box);
    this.fresh = union(this.fresh, box);
  }

  cancel() {
    this.context.globalCompositeOperation = "copy";
    this.context.drawImage(this.beforeCanvas, 0, 0);
    this.fresh = union(this.fresh, this.changed);
    this.changed = null;
  }

  /** Round the change to marked or not, and remember what was there. Returns whether any pixel differs. */
  commit() {
    const box = this.changed;
    this.changed = null;
    if (!box || box.left >= box.right || box.top >= box.bottom) return false;
    const size = [box.left, box.top, box.right - box.left, box.bottom - box.top];
    const old = this.before.getImageData(...size), now = this.context.getImageData(...size);
    const differs = binarise(now.data, old.data);
    this.context.putImageData(now, box.left, box.top);
    if (!differs) return false;
    this.pixels += marked(now.data) - marked(old.data);
    this.done.push({ x: box.left, y: box.top, old });
    this.undone = [];
    this.forget();
    return true;
  }

  /** Drop the oldest changes where undo and redo hold too much. */
  forget() {
    let bytes = [...this.done, ...this.undone].reduce((sum, o) => sum + o.old.data.length, 0);
    while (bytes > PAINTER_HISTORY_BYTES && this.done.length > 1) bytes -= this.done.shift().old.data.length;
  }

  undo() { return this.swap(this.done, this.undone); }

  redo() { return this.swap(this.undone, this.done); }

  swap(from, to) {
    const change = from.pop();
    if (!change) return false;
    const { x, y, old } = change, now = this.context.getImageData(x, y, old.width, old.height);
    this.context.putImageData(old, x, y);
    this.pixels += marked(old.data) - marked(now.data);
    this.fresh = union(this.fresh, { left: x, top: y, right: x + old.width, bottom: y + old.height });
    to.push({ x, y, old: now });
    return true;
  }

  message(imageId, change) {
    const png = this.pixels ? this.canvas.toDataURL("image/png") : "";
    return { png, width: this.width, height: this.height, pixels: this.pixels, image_id: imageId, change };
  }
}

/** What will be filled: a canvas of the marked pixels, grown as `grow_hole` of the package grows them. */
class GrownMask {
  constructor(mask) {
    this.mask = mask;
    [this.canvas, this.context] = PaintedMask.newCanvas();
    this.setGrow(0);
  }

  reset(width, height) {
    Object.assign(this.canvas, { width, height });
    this.pixels = 0;
  }

  /** Grow by a disc of `radius` pixels of the mask. OpenCV's disc is this one where the radius is whole. */
  setGrow(radius) {
    this.radius = radius;
    this.reach = [];   // of its rows, from the middle one outwards: how far they reach to both sides
    for (let dy = 0; dy <= Math.round(radius); dy++) this.reach.push(Math.round(Math.sqrt(Math.max(0, radius ** 2 - dy ** 2))));
  }

  /** The mask has changed in `box`: follow it. Returns the box in which this one may have changed. */
  follow(box) {
    const target = this.around(box), source = this.around(target);
    if (target.left >= target.right || target.top >= target.bottom) return target;
    const marks = this.mask.context.getImageData(...corner(source)), away = rowDistances(marks);
    const grown = this.context.getImageData(...corner(target)), before = marked(grown.data);
    grown.data.fill(0);
    for (let y = 0; y < grown.height; y++) {
      for (let dy = 1 - this.reach.length; dy < this.reach.length; dy++) {
        const row = y + dy + target.top - source.top, from = marks.width * row + target.left - source.left;
        if (row < 0 || row >= marks.height || away[from] > marks.width) continue;   // nothing is marked there
        const reach = this.reach[Math.abs(dy)], to = 4 * grown.width * y + 3;
        for (let x = 0; x < grown.width; x++) if (away[from + x] <= reach) grown.data[to + 4 * x] = 255;
      }
    }
    this.context.putImageData(grown, target.left, target.top);
    this.pixels += marked(grown.data) - before;
    return target;
  }

  /** `box` and what growth reaches from it. */
  around({ left, top, right, bottom }) {
    const { width, height } = this.mask, reach = this.reach.length - 1;
    return { left: Math.max(0, left - reach), top: Math.max(0, top - reach),
             right: Math.min(width, right + reach), bottom: Math.min(height, bottom + reach) };
  }
}

/** A box as canvases want it. */
function corner({ left, top, right, bottom }) { return [left, top, right - left, bottom - top]; }

/** How far each pixel is from the next marked one of its row; more than the width where none is. */
function rowDistances({ data, width, height }) {
  const away = new Uint16Array(width * height);
  for (let start = 0; start < away.length; start += width) {
    let far = width;
    for (let i = start; i < start + width; i++) away[i] = far = data[4 * i + 3] > 127 ? 0 : far + 1;
    for (let i = start + width; i-- > start;) away[i] = far = Math.min(away[i], far + 1);
  }
  return away;
}

function union(a, b) {
  if (!a || !b) return a || b;
  return { left: Math.min(a.left, b.left), top: Math.min(a.top, b.top), right: Math.max(a.right, b.right), bottom: Math.max(a.bottom, b.bottom) };
}

/** Make the alpha of `rgba` 0 or 255; whether it differs from `old` then. */
function binarise(rgba, old) {
  let differs = false;
  for (let i = 3; i < rgba.length; i += 4) {
    const on = rgba[i] > 127;
    rgba[i - 3] = rgba[i - 2] = rgba[i - 1] = rgba[i] = on ? 255 : 0;
    differs ||= rgba[i] !== old[i];
  }
  return differs;
}

function marked(rgba) {
  let n = 0;
  for (let i = 3; i < rgba.length; i += 4) n += rgba[i] > 127;
  return n;
}

// ---------------------------------------------------------------- cracks

/** The means of squares of 2 `radius` + 1 pixels; at the border its pixels count again. */
function blur(values, width, height, radius) {
  const across = new Float32Array(values.length), means = new Float32Array(values.length), columns = new Float64Array(width);
  const n = 2 * radius + 1, row = y => width * clamp(y, 0, height - 1);
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = -radius; x <= radius; x++) sum += values[row(y) + clamp(x, 0, width - 1)];
    for (let x = 0, first = row(y); x < width; x++) {
      across[first + x] = sum / n;
      sum += values[first + Math.min(x + radius + 1, width - 1)] - values[first + Math.max(x - radius, 0)];
    }
  }
  for (let y = -radius; y <= radius; y++) for (let x = 0; x < width; x++) columns[x] += across[row(y) + x];
  for (let y = 0; y < height; y++) {
    for (let x = 0, here = row(y), come = row(y + radius + 1), go = row(y - radius); x < width; x++) {
      means[here + x] = columns[x] / n;
      columns[x] += across[come + x] - across[go + x];
    }
  }
  return means;
}

/** Where `photo` has lines: by how many of 256 steps a pixel is lighter than both its sides, in the best of four directions; below 0 where
 *  it is darker. An edge has one such side only, so it is no line. */
function findRidges(photo, width, height) {
  const [canvas, context] = PaintedMask.newCanvas();
  Object.assign(canvas, { width, height });
  context.drawImage(photo, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height), light = new Float32Array(width * height), values = new Float32Array(width * height);
  for (let i = 0; i < light.length; i++) light[i] = .3 * data[4 * i] + .59 * data[4 * i + 1] + .11 * data[4 * i + 2];
  for (const [radius, reach] of PAINTER_LINES) addRidges(values, blur(light, width, height, radius), width, height, reach);
  return { width, height, values };
}

/** Raise `values` to what lines of about `reach` pixels show in `light`. */
function addRidges(values, light, width, height, reach) {
  const slant = Math.round(reach / Math.SQRT2);
  for (const [dx, dy] of [[reach, 0], [0, reach], [slant, slant], [slant, -slant]]) {
    const across = width * dy + dx;
    for (let y = Math.abs(dy); y < height - Math.abs(dy); y++) {
      for (let i = width * y + dx; i < width * (y + 1) - dx; i++) {
        const one = light[i] - light[i - across], other = light[i] - light[i + across];
        if (one * other > 0) {
          const value = one > 0 ? Math.min(one, other) : Math.max(one, other);
          if (Math.abs(value) > Math.abs(values[i])) values[i] = value;
        }
      }
    }
  }
}

/** Values with keys, of which the one with the smallest key comes out first: a binary heap. */
class Heap {
  constructor() { Object.assign(this, { keys: [], values: [] }); }

  set(i, key, value) { [this.keys[i], this.values[i]] = [key, value]; }

  push(key, value) {
    let i = this.keys.length, parent;
    for (; i && this.keys[parent = (i - 1) >> 1] > key; i = parent) this.set(i, this.keys[parent], this.values[parent]);
    this.set(i, key, value);
  }

  pop() {
    const first = this.values[0], key = this.keys.pop(), value = this.values.pop(), n = this.keys.length;
    let i = 0, child;
    while ((child = 2 * i + 1) < n) {
      if (child + 1 < n && this.keys[child + 1] < this.keys[child]) child++;
      if (this.keys[child] >= key) break;
      this.set(i, this.keys[child], this.values[child]);
      i = child;
    }
    if (n) this.set(i, key, value);
    return first;
  }
}

/** The cheapest way (Dijkstra) from pixel `start` to `goal`, where pixel i costs `cost(i)`: indices of pixels, `goal` first. */
function cheapestPath(cost, width, height, start, goal) {
  const column = i => i % width, row = i => Math.floor(i / width);
  const best = new Float64Array(width * height).fill(Infinity), from = new Int32Array(width * height), done = new Uint8Array(width * height);
  const near = corridor(column(start), row(start), column(goal), row(goal)), heap = new Heap();
  best[start] = 0;
  heap.push(0, start);
  for (let i; (i = heap.pop()) !== goal;) {
    if (done[i]) continue;
    done[i] = 1;
    const x = column(i), y = row(i), here = cost(i);
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const j = width * v + u, far = best[i] + (u !== x && v !== y ? Math.SQRT2 : 1) * (here + cost(j)) / 2;
        if (done[j] || far >= best[j] || !near(u, v)) continue;
        best[j] = far;
        from[j] = i;
        heap.push(far, j);
      }
    }
  }
  const path = [goal];
  while (path.at(-1) !== start) path.push(from[path.at(-1)]);
  return path;
}

/** Whether pixels are near the line from (x, y) to (toX, toY): half of its length away, or less where that is too much to search. */
function corridor(x, y, toX, toY) {
  const dx = toX - x, dy = toY - y, length = Math.hypot(dx, dy), margin = Math.max(12, Math.min(length / 2, PAINTER_SEARCH / 2 / length));
  return (u, v) => {
    const share = clamp(((u - x) * dx + (v - y) * dy) / length ** 2, 0, 1);
    return Math.hypot(u - x - share * dx, v - y - share * dy) <= margin;
  };
}

/** Points from `a` to `b` along the crack between them, or just these two where there is none to follow. */
function followCrack({ width, height, values }, a, b) {
  const pixel = (x, y) => width * clamp(Math.floor(y), 0, height - 1) + clamp(Math.floor(x), 0, width - 1);
  const strongest = (p, sign) => {   // line of pixels lighter (1) or darker (-1) than their surroundings, beside a click
    let most = 0;
    for (let dy = -3; dy <= 3; dy++) for (let dx = -3; dx <= 3; dx++) most = Math.max(most, sign * values[pixel(p.x + dx, p.y + dy)]);
    return most;
  };
  const [lighter, darker] = [1, -1].map(sign => Math.min(strongest(a, sign), strongest(b, sign)));
  const sign = lighter > darker ? 1 : -1, full = Math.max(3, lighter, darker);
  const evidence = i => clamp(sign * values[i] / full, 0, 1);   // 1: as much a line as at the fainter of its ends
  const path = cheapestPath(i => 1 / (1 + 9 * evidence(i) ** 2), width, height, pixel(a.x, a.y), pixel(b.x, b.y)).reverse();
  if (path.reduce((sum, i) => sum + evidence(i), 0) / path.length < PAINTER_CRACK) return [a, b];
  return [a, ...path.map(i => ({ x: i % width + .5, y: Math.floor(i / width) + .5 })), b];
}

// ---------------------------------------------------------------- the view

/** Which part of the photo the stage shows: a photo point p lies at (x, y) + scale p, in CSS pixels from the stage's corner. */
class PhotoView {
  constructor() { Object.assign(this, { stage: { width: 0, height: 0 }, photo: { width: 1, height: 1 }, scale: 0, x: 0, y: 0 }); }

  get fitScale() { return Math.min(this.stage.width / this.photo.width, this.stage.height / this.photo.height); }

  get maxScale() { return Math.max(PAINTER_MAX_SCALE, this.fitScale); }

  get zoomed() { return this.scale > this.fitScale * 1.001; }

  fit() {
    this.scale = this.fitScale;
    this.clamp();
  }

  /** The stage has another size now: keep the photo whole if it was, else keep what is in the middle. */
  resize(width, height) {
    const { zoomed } = this, middle = this.toPhoto({ x: this.stage.width / 2, y: this.stage.height / 2 });
    this.stage = { width, height };
    if (zoomed) this.put(middle, { x: width / 2, y: height / 2 }, this.scale);
    else this.fit();
  }

  /** Zoom; what lies at the stage's point `from` comes to lie at `to`. */
  zoom(factor, from = { x: this.stage.width / 2, y: this.stage.height / 2 }, to = from) {
    this.put(this.toPhoto(from), to, this.scale * factor);
  }

  /** Show the photo at `scale`, its point `p` at the stage's point `at`. */
  put(p, at, scale) {
    this.scale = clamp(scale, this.fitScale, this.maxScale);
    Object.assign(this, { x: at.x - p.x * this.scale, y: at.y - p.y * this.scale });
    this.clamp();
  }

  /** Move the photo; whether it could move. */
  pan(dx, dy) {
    const { x, y } = this;
    Object.assign(this, { x: x + dx, y: y + dy });
    this.clamp();
    return Math.abs(this.x - x) > .5 || Math.abs(this.y - y) > .5;
  }

  /** Pan as little as needed to show the photo point `p`. */
  reveal(p) {
    const s = this.toStage(p), margin = Math.min(40, this.stage.width / 4, this.stage.height / 4);
    this.pan(clamp(s.x, margin, this.stage.width - margin) - s.x, clamp(s.y, margin, this.stage.height - margin) - s.y);
  }

  clamp() {
    const settle = (at, stage, photo) => photo <= stage ? (stage - photo) / 2 : clamp(at, stage - photo, 0);
    this.x = settle(this.x, this.stage.width, this.photo.width * this.scale);
    this.y = settle(this.y, this.stage.height, this.photo.height * this.scale);
  }

  toPhoto(p) { return { x: (p.x - this.x) / (this.scale || 1), y: (p.y - this.y) / (this.scale || 1) }; }

  toStage(p) { return { x: p.x * this.scale + this.x, y: p.y * this.scale + this.y }; }
}

function clamp(value, low, high) { return Math.min(Math.max(value, low), high); }

// ---------------------------------------------------------------- the page

function painterButton(name, label, key, attributes = "") {
  const shortcut = key === "+" ? "Plus" : key;   // ARIA's name for it
  return `<button type="button" ${attributes} data-do="${name}" title="${label} (${key})" aria-label="${label}" aria-keyshortcuts="${shortcut}">
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="${PAINTER_ICONS[name]}"/></svg><span>${label}</span></button>`;
}

function painterTemplate() {
  const tools = Object.entries(PAINTER_TOOLS).map(([name, [label, key]]) => painterButton(name, label, key, 'aria-pressed="false"'));
  const keys = PAINTER_KEYS.map(([key, what]) => `<dt>${key.split(" ").map(o => `<kbd>${o}</kbd>`).join(" ")}</dt><dd>${what}</dd>`);
  return `<div class="oi-painter" role="group" aria-label="Mark what is to be filled" data-lm-suppress-shortcuts="true">
    <div class="oi-bar">
      <div class="oi-group oi-tools" role="group" aria-label="Tool">${tools.join("")}</div>
      <label class="oi-size" title="Brush size ([ and ])"><span>Size</span>
        <input aria-label="Brush size" type="range" min="1" max="200" value="36"><output>36</output></label>
      <div class="oi-group" role="group" aria-label="Change">
        ${painterButton("undo", "Undo", "Z")}${painterButton("redo", "Redo", "Y")}
        ${painterButton("invert", "Invert", "I")}${painterButton("clear", "Clear", "Delete")}</div>
      <div class="oi-group" role="group" aria-label="Zoom">
        ${painterButton("out", "Zoom out", "-")}${painterButton("fit", "Whole photo", "0")}${painterButton("in", "Zoom in", "+")}</div>
    </div>
    <div class="oi-stage" tabindex="0" role="application" aria-roledescription="drawing area"
      aria-label="Photo. Paint over what is to be filled. Arrow keys move the cursor, Space paints.">
      <div class="oi-sheet"><img alt="" draggable="false"><canvas class="oi-overlay"></canvas></div>
      <canvas class="oi-glass"></canvas><p class="oi-note" aria-live="polite" hidden></p></div>
    <div class="oi-foot"><p class="oi-status" role="status" aria-live="polite"></p>
      <details><summary>Keys and gestures</summary><dl>${keys.join("")}
        <dt>Mouse</dt><dd>drag paints; <kbd>Ctrl</kbd> and wheel zooms; <kbd>Space</kbd> or the middle button drags the photo</dd>
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
  const host = find(".oi-painter"), stage = find(".oi-stage"), photo = find("img"), note = find(".oi-note");
  const size = find("input"), sizeText = find("output"), status = find(".oi-status");
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

  const on = (target, type, handler, options) => target.addEventListener(type, handler, { signal: ended.signal, ...options });
  const isBrush = () => tool === "brush" || tool === "eraser";
  const say = text => { if (status.textContent !== text) status.textContent = text; };

  // -------------------------------------------------------------- drawing on the screen

  function redraw() { frame ||= requestAnimationFrame(drawFrame); }

  function drawFrame() {
    frame = 0;
    screen.draw(unfinished(), brushMark());
    Object.assign(host.dataset, { scale: view.scale.toFixed(4), x: view.x.toFixed(2), y: view.y.toFixed(2) });   // for tests
  }

  function brushMark() {
    const moving = gesture === "pan" || gesture === "pinch", at = cursor ?? trail?.at(-1), wide = isBrush() || tool === "trace";
    return at && !moving ? { ...at, size: wide ? +size.value : 0, cross: byKeys || !isBrush() } : null;
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
    for (const o of root.querySelectorAll("[aria-pressed]")) o.setAttribute("aria-pressed", o.dataset.do === tool);
    const off = { undo: !mask.done.length, redo: !mask.undone.length, clear: !mask.pixels };
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
    if (isBrush()) mask.stroke([p], +size.value, tool === "eraser");
    redraw();
  }

  function extendStroke(more) {
    if (isBrush()) mask.stroke([points.at(-1), ...more], +size.value, tool === "eraser");
    if (isBrush()) points = [more.at(-1)];
    else points.push(...more);
    redraw();
  }

  function finishStroke() {
    if (!points) return;
    if (tool === "trace") return tracePoint(points.at(-1));
    if (!isBrush()) mask.fill(shape(points));
    points = null;
    penDown = false;
    committed(mask.commit());
  }

  function cancelStroke() {
    if (!points) return;
    mask.cancel();
    points = null;
    penDown = false;
    if (gesture === "draw") gesture = "rest";
    redraw();
  }

  function committed(changed, more = "") {
    if (changed) changes++;
    remark = more;
    showTools();
    redraw();
    sayShare();
    if (changed) send(mask.message(imageId, changes));
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
    ridges ??= findRidges(photo, mask.width, mask.height);
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
    mask.stroke(path, +size.value);
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

  const actions = {
    undo() { cancelStroke(); committed(stepBack() && mask.undo()); },
    redo() { endTrail(); committed(mask.redo()); },
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

  function showGesture() { stage.classList.toggle("oi-grab", spaceHeld || gesture === "pan"); }

  /** With Ctrl, or pinched on a touch pad: zoom. Alone: pan while there is photo to pan to, else the page scrolls. */
  function wheel(e) {
    if (!ready) return;
    const line = e.deltaMode ? 16 : 1;
    if (e.ctrlKey || e.metaKey) zoom(Math.exp(-clamp(e.deltaY * line, -60, 60) / 150), place(e));
    else if (!view.pan(-e.deltaX * line, -e.deltaY * line)) return;
    e.preventDefault();
    redraw();
  }

  // -------------------------------------------------------------- keys

  const letters = { b: "brush", e: "eraser", r: "rectangle", l: "lasso", t: "trace", z: "undo", y: "redo", i: "invert", delete: "clear", backspace: "clear",
    "[": "smaller", "]": "larger", "+": "in", "=": "in", "-": "out", _: "out", 0: "fit", escape: "cancel" };
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function actionFor(e) {
    const name = e.key.toLowerCase(), altGr = e.getModifierState("AltGraph");   // some keyboards have [ and ] there
    if (e.altKey && !altGr || name === "escape" && !points && !trail) return null;
    if (altGr || !e.ctrlKey && !e.metaKey) return letters[name] ?? null;
    return { z: e.shiftKey ? "redo" : "undo", y: "redo" }[name] ?? null;
  }

  function keyDown(e) {
    if (!ready) return;
    const onStage = e.composedPath()[0] === stage, action = actionFor(e);
    if (action) act(action);
    else if (!onStage || e.ctrlKey || e.metaKey || e.altKey) return;
    else if (arrows[e.key]) moveCursor(...arrows[e.key], e.shiftKey);
    else if (e.key === " ") { if (!e.repeat) spaceDown(); }
    else if (e.key === "Enter") { if (!e.repeat) enter(); }
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  function keyUp(e) {
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
    [imageId, maskId, cursor, gesture, ridges] = [image_id, null, null, null, null];
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
    layout();
    sayShare();
  }

  /** Load a mask over the drawing, as a change that can be undone. */
  function loadMask(url, id) {
    const picture = new Image(), opened = key;
    picture.onload = () => { if (!ended.signal.aborted && opened === key && id === maskId) change(() => mask.load(picture)); };
    picture.onerror = () => { if (id === maskId) say("The mask could not be shown."); };
    picture.src = url;
  }

  function update(data) {
    const { image, image_id, width, height, mask: url, mask_id } = data ?? {};
    if (!image || !(width > 0 && height > 0)) return close();
    const now = `${image_id} ${width} ${height}`;
    if (now !== key) {
      key = now;
      open(data);
    }
    const load = url && mask_id !== maskId;
    maskId = mask_id;
    hear(data);
    if (load) loadMask(url, mask_id);
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
  on(stage, "keyup", keyUp);
  on(stage, "blur", blurred);
  on(stage, "focus", () => { if (ready && stage.matches(":focus-visible") && !cursor && !gesture) showCursor(); });
  on(stage, "contextmenu", e => { if (gesture) e.preventDefault(); });
  on(host, "keydown", keyDown);
  on(size, "input", () => { showTools(); redraw(); });
  on(photo, "load", loaded);
  on(photo, "error", () => setReady(false, "The photo could not be shown."));
  on(window, "resize", layout);
  on(matchMedia("(prefers-color-scheme: dark)"), "change", layout);
  for (const o of root.querySelectorAll("[data-do]")) on(o, "click", () => { if (o.getAttribute("aria-disabled") !== "true") act(o.dataset.do); });
  const resized = new ResizeObserver(layout);
  resized.observe(stage);
  setReady(false, "There is no photo yet.");
  return { update, destroy };
}
