// ---------------------------------------------------------------- the photo's own pixels

const DETAIL_FROM = 1.15;    // screen pixels per preview pixel from which the photo's own pixels are asked for
const DETAIL_WAIT = 120;     // milliseconds without a move before they are
const DETAIL_SIDE = 1600;    // pixels of an answer, at most, on its longer side

/** The visible part of a photo that is larger than its preview, at the resolution of the screen. It is asked for when the view rests:
 *  view {id, version, left, top, right, bottom, side}, in pixels of the preview. The page answers with detail {id, version, change, left, top,
 *  right, bottom, image, photo, mask}: pictures of that part (or none where they are there already), and what will be filled of it. */
class PainterDetail {
  constructor(root, view, ask) {
    const find = selector => root.querySelector(selector);
    Object.assign(this, { view, ask, host: find(".oi-painter"), image: find(".oi-detail"), photo: find(".oi-detail-photo"), overlay: find(".oi-detail-overlay") });
    this.tint = this.overlay.getContext("2d");
    this.count = 0;
    this.close();
  }

  close() {
    Object.assign(this, { on: false, wanted: null, box: null, asked: null, version: null, fresh: false });
    clearTimeout(this.timer);
    this.place();
  }

  /** What is seen now, in pixels of the preview, with `margin` times its sides around it. */
  visible(margin = 0) {
    const { stage, photo } = this.view, a = this.view.toPhoto({ x: 0, y: 0 }), b = this.view.toPhoto({ x: stage.width, y: stage.height });
    const mx = margin * (b.x - a.x), my = margin * (b.y - a.y);
    return { left: Math.max(0, a.x - mx), top: Math.max(0, a.y - my), right: Math.min(photo.width, b.x + mx), bottom: Math.min(photo.height, b.y + my) };
  }

  get near() { return this.on && this.view.scale * (window.devicePixelRatio || 1) > DETAIL_FROM; }

  covers(box, seen) { return !!box && box.left <= seen.left + .5 && box.top <= seen.top + .5 && box.right >= seen.right - .5 && box.bottom >= seen.bottom - .5; }

  /** The view has moved, or another version is shown. */
  moved(version) {
    if (version !== this.version) this.box = null;
    this.version = version;
    this.place();
    clearTimeout(this.timer);
    if (this.near) this.timer = setTimeout(() => this.request(), DETAIL_WAIT);
  }

  request() {
    const seen = this.visible(), { wanted } = this, sharp = wanted && this.view.scale < 1.4 * wanted.scale && this.view.scale > wanted.scale / 3;
    if (sharp && wanted.version === this.version && this.covers(wanted, seen)) return;
    const box = this.visible(.2), longer = Math.max(box.right - box.left, box.bottom - box.top);
    const side = Math.min(DETAIL_SIDE, Math.ceil(longer * this.view.scale * (window.devicePixelRatio || 1)));
    this.wanted = { id: ++this.count, version: this.version, ...box, side, scale: this.view.scale };
    this.ask();
  }

  /** What goes to the page with a message. */
  get message() {
    if (!this.wanted || !this.near) return null;
    const { scale, ...view } = this.wanted;
    return { ...view, had: this.box?.id ?? 0 };
  }

  /** The page's answer. */
  async hear(detail, changes) {
    if (!detail || detail.id !== this.wanted?.id || detail.version !== this.version) return;
    if (detail.image && this.box?.id !== detail.id) {
      this.image.src = detail.image;
      this.photo.src = detail.photo ?? detail.image;
      await Promise.all([this.image.decode(), this.photo.decode()]).catch(() => {});
      if (detail.id !== this.wanted?.id) return;
      this.box = detail;
    }
    if (this.box?.id !== detail.id) return;
    if (detail.change === changes() && detail.mask !== this.drawn) await this.draw(detail, changes);
    this.place();
  }

  async draw(detail, changes) {
    const mask = new Image();
    mask.src = detail.mask;
    await mask.decode().catch(() => {});
    if (detail.change !== changes() || this.drawing) return;
    const { overlay, tint } = this;
    Object.assign(overlay, { width: mask.naturalWidth || 1, height: mask.naturalHeight || 1 });
    if (mask.naturalWidth) tint.drawImage(mask, 0, 0);
    tint.globalCompositeOperation = "source-in";
    tint.fillStyle = this.stripes();
    tint.fillRect(0, 0, overlay.width, overlay.height);
    this.drawn = detail.mask;
    this.fresh = true;
  }

  /** Pixels of the overlay per pixel of the preview. */
  get scale() { return this.box ? this.overlay.width / (this.box.right - this.box.left) : 1; }

  stripes() { return painterStripes(getComputedStyle(this.overlay).color, 9 * this.scale / this.view.scale); }

  /** The marks have changed otherwise than by what was drawn here: the coarse overlay shows them until the page has answered. */
  outdated() {
    this.fresh = false;
    this.drawn = null;
    this.place();
  }

  /** A stroke or shape as it is drawn, at once and fine. */
  mark(points, size, erase, closed) {
    if (!this.shows) return;
    const { tint, box, scale } = this;
    this.drawn = null;
    tint.save();
    tint.setTransform(scale, 0, 0, scale, -box.left * scale, -box.top * scale);
    tint.globalCompositeOperation = erase ? "destination-out" : "source-over";
    tint.strokeStyle = tint.fillStyle = this.pattern(scale);
    Object.assign(tint, { lineWidth: Math.max(size, 1 / scale), lineCap: "round", lineJoin: "round" });
    tint.beginPath();
    tint.moveTo(points[0].x, points[0].y);
    for (const p of points) tint.lineTo(p.x + .001, p.y);
    if (closed) tint.fill();
    else tint.stroke();
    tint.restore();
  }

  /** Stripes that lie as they do without a transform. */
  pattern(scale) {
    const pattern = this.stripes();
    pattern.setTransform(new DOMMatrix([1 / scale, 0, 0, 1 / scale, this.box.left, this.box.top]));
    return pattern;
  }

  /** Important, for pages have styles of their own for pictures. */
  fit({ style }) {
    const { left, top, right, bottom } = this.box;
    for (const [name, value] of Object.entries({ left, top, width: right - left, height: bottom - top, "--left": left })) style.setProperty(name, `${value}px`, "important");
  }

  get shows() { return this.near && this.fresh && this.covers(this.box, this.visible()); }

  /** Put the pictures in their place in the sheet; the coarse overlay goes while the fine one covers all that is seen. */
  place() {
    const there = this.near && !!this.box;
    for (const o of [this.image, this.photo, this.overlay]) {
      o.hidden = !there;
      if (there) this.fit(o);
    }
    this.overlay.hidden = !this.shows;
    this.host.classList.toggle("oi-fine", !!this.shows);
  }
}
