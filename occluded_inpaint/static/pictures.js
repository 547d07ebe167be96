// ---------------------------------------------------------------- the pictures

/** The photo and what became of it, in two layers of the sheet: the photo below, the version that is shown above. A version is what its
 *  last completion changed, `picture` {left, top, width, height, url} in pixels of the preview, upon the version `upon`. */
class PainterPictures {
  constructor(root, redraw) {
    const find = selector => root.querySelector(selector);
    Object.assign(this, { redraw, host: find(".oi-painter"), photo: find(".oi-photo"), result: find(".oi-result"), line: find(".oi-line") });
    this.context = this.result.getContext("2d", { willReadFrequently: true });
    this.versions = new Map();   // number -> version, in the order in which they came
    this.open(1, 1);
  }

  /** Another photo: there is nothing of it but itself. */
  open(width, height) {
    Object.assign(this.result, { width, height });
    this.versions.clear();
    this.shown = 0;
    this.wipe(null);
  }

  /** The largest number of a version that has come. */
  get newest() { return Math.max(0, ...this.versions.keys()); }

  /** Take versions; resolves once their pictures can be drawn. */
  async add(versions) {
    await Promise.all(versions.filter(o => !this.versions.has(o.id)).map(async o => {
      const image = new Image();
      if (o.picture) image.src = o.picture.url;
      this.versions.set(o.id, { ...o, image });
      if (o.picture) await image.decode().catch(() => {});
    }));
  }

  /** From the photo to a version: what has to be drawn, in that order. */
  path(id) {
    const path = [];
    for (let o = this.versions.get(id); o?.picture; o = this.versions.get(o.upon)) path.unshift(o);
    return path;
  }

  draw(context, id) {
    const { width, height } = context.canvas, scale = width / this.result.width;
    if (this.photo.naturalWidth) context.drawImage(this.photo, 0, 0, width, height);
    for (const { image, picture: { left, top, width: w, height: h } } of this.path(id)) {
      if (image.naturalWidth) context.drawImage(image, left * scale, top * scale, w * scale, h * scale);
    }
  }

  show(id) {
    this.shown = id;
    this.draw(this.context, id);
    this.host.dataset.version = id;   // for tests, and for what depends on there being a result
    this.host.classList.toggle("oi-completed", this.path(id).length > 0);
    if (!this.path(id).length) this.wipe(null);
    this.redraw();
  }

  /** What the eye sees: the photo, or the canvas with what was made of it. */
  get source() { return this.path(this.shown).length ? this.result : this.photo; }

  /** The hole that the version shown has filled last, in pixels of the preview. */
  get hole() { return this.path(this.shown).at(-1)?.picture; }

  /** A line from left to right over the hole that was filled. */
  reveal() {
    const { hole } = this, calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!hole || calm || this.at !== null) return;
    const edge = x => `inset(0 ${100 - 100 * x / this.result.width}% 0 0)`;
    this.result.animate([{ clipPath: edge(hole.left) }, { clipPath: edge(hole.left + hole.width) }], { duration: 600, easing: "ease-in-out" });
  }

  /** The share of the width, in [0,1], left of which the photo is seen; null: the result is seen everywhere. */
  wipe(at) {
    this.at = at === null ? null : clamp(at, 0, 1);
    this.host.classList.toggle("oi-wiping", at !== null);
    this.host.style.setProperty("--cut", `${(this.at ?? 0) * this.result.width}px`);
    this.line.setAttribute("aria-valuenow", Math.round(100 * (this.at ?? 0)));
    this.redraw();
  }

  hold(held) { this.host.classList.toggle("oi-held", held); }
}

/** The row of versions below the photo: a button with a small picture for each. `choose(id)` is called for one that is pressed. */
class PainterStrip {
  constructor(root, pictures, choose) { Object.assign(this, { row: root.querySelector(".oi-strip"), pictures, choose }); }

  update() {
    const { row, pictures } = this, ids = [...pictures.versions.keys()];
    row.hidden = ids.length < 2;
    for (const o of [...row.children]) if (!ids.includes(+o.dataset.id)) o.remove();
    for (const id of ids) if (!row.querySelector(`[data-id="${id}"]`)) row.append(this.button(id));
    for (const o of row.children) o.setAttribute("aria-pressed", +o.dataset.id === pictures.shown);
    const chosen = row.querySelector("[aria-pressed=true]");
    if (chosen) row.scrollLeft = chosen.offsetLeft - row.clientWidth / 2;
  }

  button(id) {
    const { title, said } = this.pictures.versions.get(id), button = document.createElement("button");
    const picture = document.createElement("canvas"), { width, height } = this.pictures.result, scale = 112 / Math.max(width, height);
    Object.assign(picture, { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) });
    this.pictures.draw(picture.getContext("2d"), id);
    Object.assign(button, { type: "button", title: said ? `${title}: ${said}` : title });
    button.dataset.id = id;
    const text = document.createElement("span");
    text.textContent = said || title;
    button.append(picture, text);
    button.onclick = () => this.choose(id);
    return button;
  }
}
