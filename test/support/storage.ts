import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs';

/** A place to save a model to and to load it from. */
export interface Storage {
  readonly save: tf.io.IOHandler;
  readonly load: () => tf.io.IOHandler;
}

const result = (): tf.io.SaveResult => ({modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}});

/** Keeps the artifacts as they are. */
export function memoryStorage(): Storage {
  let saved: tf.io.ModelArtifacts;
  return {
    save: tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return result();
    }),
    load: () => tf.io.fromMemory(saved),
  };
}

/** Writes `model.json` and `weights.bin` to a folder, as `file://` of tfjs-node does. */
export function fileStorage(folder = mkdtempSync(join(tmpdir(), 'model-'))): Storage & {readonly folder: string} {
  const json = join(folder, 'model.json');
  const bin = join(folder, 'weights.bin');
  const handler: tf.io.IOHandler = {
    save: async ({modelTopology, weightSpecs, weightData}) => {
      writeFileSync(json, JSON.stringify({modelTopology, weightSpecs}));
      writeFileSync(bin, Buffer.from(weightData as ArrayBuffer));
      return result();
    },
    load: async () => ({
      ...JSON.parse(readFileSync(json, 'utf8')),
      weightData: new Uint8Array(readFileSync(bin)).buffer,
    }),
  };
  return {folder, save: handler, load: () => handler};
}

/** A server that takes what a browser posts, and gives it back. */
export function httpStorage(): Storage {
  const files = new Map<string, Blob>();
  const fetchFunc = async (url: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    if (init?.method === 'POST') {
      for (const [name, file] of init.body as FormData) files.set(name, file as Blob);
      return new Response();
    }
    return new Response(files.get(String(url).replace(/^.*\//, '')));
  };
  const handler = tf.io.http('http://localhost/model.json', {fetchFunc: fetchFunc as typeof fetch});
  return {save: handler, load: () => handler};
}
