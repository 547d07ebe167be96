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

