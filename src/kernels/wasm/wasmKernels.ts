/** Sizes of an image, of windows on it, and of what they make. */
type Windows = [
  inHeight: number,
  inWidth: number,
  outHeight: number,
  outWidth: number,
  windowHeight: number,
  windowWidth: number,
  strideHeight: number,
  strideWidth: number,
  top: number,
  left: number,
  floats: number,
];

/** The largest, or the mean, of windows. */
type Pool = (x: number, y: number, yRow: number, ...windows: Windows) => void;

/** The gradient of the largest of windows. */
type MaxGradient = (x: number, dx: number, y: number, dy: number, yRow: number, ...windows: Windows) => void;

/** The border above and below strips of an image. */
type HaloBorder = [image: number, rowBytes: number, height: number, top: number, bottom: number, strips: number];

/** The functions of the module; all pointers are byte addresses in its memory. See assembly/index.ts. */
export interface WasmKernels {
  multiply(
    ptr: number,
    idx: number,
    values: number,
    x: number,
    y: number,
    begin: number,
    end: number,
    stride: number,
    bias: number,
    floor: number,
  ): void;
  multiplySample(
    ptr: number,
    idx: number,
    values: number,
    x: number,
    y: number,
    rows: number,
    cols: number,
    bias: number,
    floor: number,
  ): void;
  multiplyTiles(
    ptr: number,
    tiles: number,
    idx: number,
    values: number,
    x: number,
    y: number,
    rows: number,
    stride: number,
    bias: number,
    floor: number,
  ): void;
  addDots(
    ptr: number,
    idx: number,
    x: number,
    places: number,
    dy: number,
    out: number,
    begin: number,
    end: number,
    stride: number,
  ): void;
  packPanels(from: number, stride: number, samples: number, cols: number, width: number, to: number): void;
  addOuter(
    x: number,
    xStride: number,
    xPanel: number,
    dy: number,
    dyStride: number,
    dyPanel: number,
    samples: number,
    out: number,
    rows: number,
    cols: number,
  ): void;
  convolve(
    ptr: number,
    idx: number,
    values: number,
    x: number,
    xRow: number,
    xPixel: number,
    y: number,
    yRow: number,
    yPixel: number,
    height: number,
    width: number,
    places: number,
    rows: number,
    stride: number,
    bias: number,
    floor: number,
    isAdded: number,
  ): void;
  gatherGradient(
    ptr: number,
    idx: number,
    values: number,
    dy: number,
    dyRow: number,
    dyPixel: number,
    dyHeight: number,
    dyBytes: number,
    copy: number,
    copyRow: number,
    reach: number,
    top: number,
    left: number,
    dx: number,
    dxRow: number,
    dxPixel: number,
    height: number,
    width: number,
    rows: number,
    stride: number,
    isAdded: number,
    strips: number,
  ): void;
  addConvolutionDots(
    ptr: number,
    idx: number,
    x: number,
    xRow: number,
    xPixel: number,
    places: number,
    dy: number,
    yRow: number,
    yPixel: number,
    height: number,
    width: number,
    out: number,
    begin: number,
    end: number,
    stride: number,
  ): void;
  multiplyDense(
    w: number,
    wRow: number,
    x: number,
    xRow: number,
    xPixel: number,
    y: number,
    yRow: number,
    yPixel: number,
    height: number,
    width: number,
    rows: number,
    depth: number,
    stride: number,
    bias: number,
    floor: number,
    isAdded: number,
  ): void;
  denseDots(
    x: number,
    xRow: number,
    xPixel: number,
    dy: number,
    dyRow: number,
    dyPixel: number,
    height: number,
    width: number,
    out: number,
    begin: number,
    end: number,
    cols: number,
    stride: number,
    isAdded: number,
  ): void;
  maxPool: Pool;
  maxPoolGradient: MaxGradient;
  maxGradient: MaxGradient;
  averagePool: Pool;
  averagePoolGradient(dx: number, dy: number, yRow: number, ...windows: Windows): void;
  moments(x: number, pixels: number, channels: number, count: number, stride: number, out: number): void;
  combineMoments(
    parts: number,
    blocks: number,
    size: number,
    lastSize: number,
    channels: number,
    epsilon: number,
    decay: number,
    movingMean: number,
    movingVariance: number,
    out: number,
  ): void;
  movingMoments(movingMean: number, movingVariance: number, channels: number, epsilon: number, out: number): void;
  normalize(
    x: number,
    y: number,
    pixels: number,
    channels: number,
    stride: number,
    statistics: number,
    gamma: number,
    beta: number,
    floor: number,
  ): void;
  addNormalizationSums(
    x: number,
    y: number,
    dy: number,
    pixels: number,
    channels: number,
    stride: number,
    statistics: number,
    out: number,
  ): void;
  normalizationGradient(
    x: number,
    dy: number,
    dx: number,
    pixels: number,
    channels: number,
    count: number,
    stride: number,
    statistics: number,
    gamma: number,
    sums: number,
    total: number,
    isAdded: number,
  ): void;
  outputGradient(dy: number, y: number, dz: number, dBias: number, samples: number, features: number): void;
  activate(y: number, floats: number, kind: number, alpha: number): void;
  activationGradient(dy: number, y: number, floats: number, kind: number, alpha: number): void;
  addTo(target: number, source: number, floats: number): void;
  multiplyBy(target: number, source: number, floats: number): void;
  dropoutMask(mask: number, floats: number, rate: number, seed: number, salt: number): void;
  addChannelSums(x: number, pixels: number, channels: number, stride: number, out: number): void;
  regularize(gradient: number, values: number, begin: number, end: number, l1: number, l2: number): void;
  sgd(values: number, gradient: number, begin: number, end: number, hyper: number): void;
  momentum(values: number, gradient: number, moments: number, begin: number, end: number, hyper: number): void;
  adam(
    values: number,
    gradient: number,
    first: number,
    second: number,
    begin: number,
    end: number,
    hyper: number,
  ): void;
  rmsprop(
    values: number,
    gradient: number,
    squares: number,
    moments: number,
    begin: number,
    end: number,
    hyper: number,
  ): void;
  gather(from: number, index: number, to: number, begin: number, end: number): void;
  scatter(from: number, index: number, to: number, begin: number, end: number): void;
  clear(address: number, floats: number): void;
  /** 1 if all are finite, else 0. */
  areFinite(address: number, floats: number): number;
  copy(target: number, source: number, floats: number): void;
  loadBlock(from: number, fromStride: number, count: number, features: number, to: number, stride: number): void;
  storeBlock(from: number, stride: number, count: number, features: number, to: number, toStride: number): void;
  fillHalo(...border: HaloBorder): void;
  foldHalo(...border: HaloBorder): void;
  addStrips(
    from: number,
    fromRow: number,
    fromStrip: number,
    fromImage: number,
    to: number,
    toRow: number,
    toStrip: number,
    toImage: number,
    height: number,
    advance: number,
    rows: number,
    floats: number,
    strips: number,
    images: number,
  ): void;
}
