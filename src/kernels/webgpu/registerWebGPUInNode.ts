/** Which GPU WebGPU takes in Node. */
export interface NodeGPUOptions {
  /** Name of the adapter, or a part of it. @defaultValue the one that WebGPU takes for high performance */
  readonly adapter?: string;
  /** Interface to the driver: `vulkan`, `metal`, `d3d12`, `d3d11`, `opengl`, `opengles`. @defaultValue the platform's best */
  readonly driver?: string;
}

/** The GPU that was found, as WebGPU tells it; a field may be empty. */
export interface NodeGPUAdapter {
  /** The maker, for instance `nvidia`. */
  readonly vendor: string;
  /** The family of the GPU. */
  readonly architecture: string;
  /** Name of the GPU or of its driver. */
  readonly description: string;
  /** True for a driver that computes on the CPU, such as SwiftShader: right, but slow. */
  readonly isSoftware: boolean;
}

/**
 * Registers tfjs's backend `webgpu` in Node, on the npm package `webgpu` (Dawn, the WebGPU of Chromium).
 *
 * Needs the packages `webgpu` and `@tensorflow/tfjs-backend-webgpu`, which only this function loads. Afterwards
 * `await tf.setBackend('webgpu')` takes the backend. Node does not end by itself while WebGPU is there: end with `process.exit()`.
 *
 * @returns the adapter
 * @throws Error if a package is missing, there is no such adapter, or WebGPU is there already and options ask for another one
 *
 * @example
 * const {description} = await registerWebGPUInNode();
 * await tf.setBackend('webgpu');
 */
export async function registerWebGPUInNode(options: NodeGPUOptions = {}): Promise<NodeGPUAdapter> {
  const {adapter: name, driver} = options;
  const scope = globalThis as {navigator?: {gpu?: GPU}};
  const isThere = scope.navigator?.gpu !== undefined;
  if (isThere && (name ?? driver) !== undefined) {
    throw new Error(
      'registerWebGPUInNode: options must come with the first call, received some when WebGPU was there already. ' +
        'Choose the adapter before anything uses WebGPU.',
    );
  }
  const {create, globals} = await load('webgpu', () => import('webgpu'));
  const flags = [...(name ? [`adapter=${name}`] : []), ...(driver ? [`backend=${driver}`] : [])];
  const {gpu, adapter} = await findAdapter(() => scope.navigator?.gpu ?? create(flags), flags);
  if (!isThere) {
    Object.assign(globalThis, globals);
    // Dawn's objects die with `gpu`: navigator holds it.
    if (scope.navigator) Object.defineProperty(scope.navigator, 'gpu', {value: gpu, configurable: true});
    else Object.defineProperty(scope, 'navigator', {value: {gpu, userAgent: 'node'}, configurable: true});
  }
  await load('@tensorflow/tfjs-backend-webgpu', () => import('@tensorflow/tfjs-backend-webgpu'));
  const {vendor, architecture, description, isFallbackAdapter} = adapter.info;
  return {vendor, architecture, description, isSoftware: isFallbackAdapter};
}

async function findAdapter(open: () => GPU, flags: readonly string[]): Promise<{gpu: GPU; adapter: GPUAdapter}> {
  let cause: unknown;
  try {
    const gpu = open();
    const adapter = await gpu.requestAdapter({powerPreference: 'high-performance'});
    if (adapter) return {gpu, adapter};
  } catch (error) {
    cause = error;
  }
  const asked = flags.length > 0 ? ` for ${flags.join(', ')}` : '';
  const reason = cause instanceof Error ? ` (${cause.message.trim().replaceAll(/\s+/g, ' ')})` : '';
  throw new Error(
    `registerWebGPUInNode: there must be a GPU with a driver, received none${asked}${reason}. ` +
      'Install a driver (on Linux one for Vulkan), ask for another adapter, or compute on the backend wasm.',
    {cause},
  );
}

async function load<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    throw new Error(
      `registerWebGPUInNode: the package ${name} must be installed, received an error when it was loaded. Run npm install ${name}.`,
      {cause: error},
    );
  }
}
