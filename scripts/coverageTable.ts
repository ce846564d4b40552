/**
 * Writes docs/coverage.md from what the library knows of layers: which become sparse, run in the fused step, are replayed on
 * webgpu, and are counted in FLOPs.
 *
 *     npx tsx scripts/coverageTable.ts
 */
import {writeFile} from 'node:fs/promises';
import {layerKinds} from '../src/layers/kinds/kindOf.ts';
import type {LayerKind} from '../src/layers/kinds/layerKind.ts';

const TARGET = 'docs/coverage.md';

const HEAD = `---
title: What is covered
---

<!-- Made by scripts/coverageTable.ts; do not edit. -->

# What is covered

Standing in for TensorFlow.js is right only where nobody can tell. So the fused step (\`cpu\`, \`wasm\`) and the replayed step
(\`webgpu\`) cover what is listed here and nothing else. Everything else runs by the single ops of TensorFlow.js, with the
same results: \`explain(model)\` names the first part of a model that is not covered, \`setFusedStep(false)\` turns both off.

A layer counts as one of the table if its class is exactly that class, not one derived from it, and if nothing of it was replaced:
its \`call\` and \`apply\`, its activation and its regularizers are those of TensorFlow.js, it has no call hook and no loss
added by \`addLoss\`. MaskedDense and MaskedConv2d count as Dense and Conv2D. This is looked at before every step, and so are
numbers of layers and regularizers, and what is trainable: assign them at any time.

The fused step takes Sequential and functional models of one input and one output, with no layer shared.
The replayed step takes any model of layers that it covers.

| layer | sparse form | fused step | replayed step | in FLOPs |
|---|---|---|---|---|
`;

const TAIL = `
Models with any other layer (recurrent ones, noise, preprocessing, your own) run by single ops.

| part | covered |
|---|---|
| optimizers | SGD, momentum, Nesterov, Adam and RMSProp (not centered), without methods of their own |
| losses | by name, of \`tf.losses\`; a function of your own if \`replayable(loss)\` says that it depends on its two tensors only. Otherwise the step runs by single ops, so that a loss may read weights |
| metrics | fused step: any. Replayed step: by name, of \`tf.metrics\`, or \`replayable\` |
| regularizers | L1, L2 and both |
| inputs | float32; any type in the replayed step |
| weights of samples | \`classWeight\` of \`fit\` and \`fitDataset\`; in the replayed step for all outputs or for none |
| \`tf.profile\`, \`tf.time\` | within them nothing is replayed, so that they see the single ops |

Losses and metrics may call \`predict\` and \`evaluate\` of any model: within a step these run by single ops.
`;

/** The page as it should be. */
export function coveragePage(): string {
  return `${HEAD + layerKinds.map(row).join('\n')}\n${TAIL}`;
}

function row({stock, sparseName, plan, planLimits, replays, positionsOf, isLookup}: LayerKind): string {
  const flops = positionsOf ? 'yes' : isLookup ? 'cost nothing' : '';
  const cells = [
    stock.className,
    sparseName ? `\`${sparseName.replace('Itop', '')}\`` : '',
    plan ? (planLimits ?? 'yes') : '',
    replays ? 'yes' : '',
    flops,
  ];
  return `| ${cells.join(' | ')} |`;
}

if (process.argv[1]?.endsWith('coverageTable.ts')) await writeFile(TARGET, coveragePage());
