/**
 * Packs the benchmark for a bare Linux machine (x64) with a GPU, into runs/gpu-bench: `npm run pack:gpu`, copy the folder, `sh run.sh`.
 *
 * In it are the bundled benchmark, Node's binary, WebGPU for Node, and Debian packages that are named, such as that of the
 * Vulkan loader, for a machine that lacks their libraries.
 */
import {copyFileSync, createReadStream, createWriteStream, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {basename} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {fileURLToPath} from 'node:url';
import {createGzip} from 'node:zlib';
import {build} from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}runs/gpu-bench`;
const webgpu = `${root}node_modules/webgpu`;

/** The most telling first; each row is in the results as soon as it is there. */
const RUN = `#!/bin/sh
# Arguments: those of the benchmark, instead of everything. Results: \${OUT:-.}/gpu.json, and torch.json where PyTorch is.
here=$(cd "$(dirname "$0")" && pwd)
out=\${OUT:-.}
for package in "$here"/*.deb; do
  [ -f "$package" ] && dpkg -x "$package" "$here/libraries"
done
export LD_LIBRARY_PATH="$here/libraries/usr/lib/x86_64-linux-gnu:$here/libraries/lib/x86_64-linux-gnu:$LD_LIBRARY_PATH"
mkdir -p "$here/node_modules/webgpu/dist/linux-x64"
gunzip -kf "$here/node.gz" "$here/dawn.node.gz" && chmod +x "$here/node"
mv "$here/dawn.node" "$here/node_modules/webgpu/dist/linux-x64/"
[ $# -gt 0 ] || set -- --parts webgpu-checks,webgpu,webgpu-products,webgpu-profile --densities 0.1,0.05,0.02 --repetitions 7
"$here/node" "$here/bench.mjs" --json "$out/gpu.json" "$@"
status=$?
python3 -c 'import torch' 2>/dev/null && python3 "$here/torchSteps.py" "$out/torch.json"
exit $status
`;

rmSync(folder, {recursive: true, force: true});
mkdirSync(`${folder}/node_modules/webgpu`, {recursive: true});
await build({
  entryPoints: [`${root}bench/main.ts`],
  outfile: `${folder}/bench.mjs`,
  bundle: true,
  platform: 'node',
  format: 'esm',
  mainFields: ['module', 'main'],
  external: ['webgpu', '@tensorflow/tfjs-backend-wasm', 'assemblyscript'],
  banner: {js: "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);"},
  logLevel: 'warning',
});

for (const file of ['package.json', 'index.js'])
  copyFileSync(`${webgpu}/${file}`, `${folder}/node_modules/webgpu/${file}`);
for (const [from, to] of [
  [process.execPath, 'node.gz'],
  [`${webgpu}/dist/linux-x64/dawn.node`, 'dawn.node.gz'],
]) {
  await pipeline(createReadStream(from), createGzip({level: 9}), createWriteStream(`${folder}/${to}`));
}
copyFileSync(`${root}bench/torchSteps.py`, `${folder}/torchSteps.py`);
for (const file of process.argv.slice(2)) copyFileSync(file, `${folder}/${basename(file)}`);
writeFileSync(`${folder}/run.sh`, RUN, {mode: 0o755});
console.log(`runs/gpu-bench is ready: copy it to the machine and run sh run.sh there.`);
