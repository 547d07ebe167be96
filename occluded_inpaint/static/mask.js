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
    Object.assign(this, { width, height, pixels: 0, done: [], undone: [], changed: null, strokes: [] });
    this.change ??= 1;   // the number of the next change
    this.fresh = this.all();   // what the screen does not show yet
  }

  all() { return { left: 0, top: 0, right: this.width, bottom: this.height }; }

  begin() {
    this.before.globalCompositeOperation = "copy";
    this.before.drawImage(this.canvas, 0, 0);
    this.changed = null;
    this.strokes = [];   // of this change, for a photo that is larger than its preview
  }

  /** A line through `points`, as wide as `size`. */
  stroke(points, size, erase) {
    const c = this.context;
    c.globalCompositeOperation = erase ? "destination-out" : "source-over";
    c.lineWidth = size < 1 ? 1.5 : size;   // what is thinner than a pixel here has a pixel in the photo
    c.beginPath();
    c.moveTo(points[0].x, points[0].y);
    for (const p of points) c.lineTo(p.x + .01, p.y);   // not of length 0, which would draw no dot
    c.stroke();
    this.touch(points, size / 2 + 1);
    this.record(erase ? "erase" : "paint", points, size);
  }

  record(kind, points = [], size = 0) {
    const last = this.strokes.at(-1), goesOn = last?.kind === kind && last.size === size && points.length;
    const numbers = (goesOn ? points.slice(1) : points).flatMap(p => [p.x, p.y]).map(o => Math.round(o * 200) / 200);
    if (goesOn) last.points.push(...numbers);
    else this.strokes.push({ kind, size, points: numbers });
  }

  /** All that was drawn since the last result, in the order in which it was. */
  drawn() {
    const from = this.done.findLastIndex(o => o.base);
    return [...(this.done[from]?.base ?? []), ...this.done.slice(from + 1).flatMap(o => o.strokes)];
  }

  fill(points) {
    const c = this.context;
    c.globalCompositeOperation = "source-over";
    c.beginPath();
    for (const p of points) c.lineTo(p.x, p.y);
    c.fill();
    this.touch(points, 1);
    this.record("fill", points);
  }

  cover(operation) {
    this.context.globalCompositeOperation = operation;
    this.context.fillRect(0, 0, this.width, this.height);
    this.touchAll();
  }

  invert() {
    this.cover("xor");
    this.record("invert");
  }

  clear() {
    this.cover("destination-out");
    this.record("clear");
  }

  /** Take away what is marked in `image`. */
  subtract(image) {
    this.context.globalCompositeOperation = "destination-out";
    this.context.drawImage(image, 0, 0, this.width, this.height);
    this.touchAll();
  }

  load(image, id) {
    this.context.globalCompositeOperation = "copy";
    this.context.drawImage(image, 0, 0, this.width, this.height);
    this.cover("source-in");
    this.record("load");
    this.strokes.at(-1).id = id;
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

  /** Round the change to marked or not, and remember what was there. Returns whether any pixel differs. A `step` between versions is
   *  remembered in any case: {versions: [from, to], base}, `base` being the strokes that are left of what was drawn before. */
  commit(step = null) {
    const box = this.changed ?? { left: 0, top: 0, right: 1, bottom: 1 };
    if (!step && (!this.changed || box.left >= box.right || box.top >= box.bottom)) return this.changed = null, false;
    this.changed = null;
    const old = this.before.getImageData(...corner(box)), now = this.context.getImageData(...corner(box));
    const differs = binarise(now.data, old.data);
    this.context.putImageData(now, box.left, box.top);
    if (!differs && !step) return false;
    this.pixels += marked(now.data) - marked(old.data);
    this.done.push({ x: box.left, y: box.top, old, change: this.change, strokes: this.strokes, ...step });
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

  /** The step that was taken, or null. */
  swap(from, to) {
    const step = from.pop();
    if (!step) return null;
    const { x, y, old } = step, now = this.context.getImageData(x, y, old.width, old.height);
    this.context.putImageData(old, x, y);
    this.pixels += marked(old.data) - marked(now.data);
    this.fresh = union(this.fresh, { left: x, top: y, right: x + old.width, bottom: y + old.height });
    to.push({ ...step, old: now });
    return step;
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

