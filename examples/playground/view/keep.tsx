import {useState} from 'preact/hooks';
import {ask, failure, info, load, state, step} from '../store.ts';
import {readDataFiles} from './readDataFiles.ts';

/** What can be taken away, brought back and passed on. */
export function Keep() {
  const isEmpty = state.value === 'starting' || step.value === 0;
  const [said, say] = useState('');
  return (
    <section class="card keep" aria-label="Keep and share">
      <strong>Keep and share</strong>
      <div class="buttons">
        <button type="button" onClick={() => share(say)}>
          Copy link
        </button>
        <button type="button" disabled={isEmpty} onClick={downloadModel}>
          Download model
        </button>
        <FileButton label="Load model" accept=".json,.bin" onFiles={loadModel} />
        <button type="button" disabled={isEmpty} onClick={downloadLog}>
          Download log
        </button>
        <button type="button" disabled={isEmpty} onClick={openReport}>
          Open report
        </button>
        <FileButton label="Data files" accept="" onFiles={readDataFiles} />
      </div>
      <p role="status">
        {said || 'MNIST (IDX files) or CIFAR-10 (binary files): drop them anywhere on this page. Nothing leaves it.'}
      </p>
    </section>
  );
}

function FileButton({
  label,
  accept,
  onFiles,
}: {
  label: string;
  accept: string;
  onFiles: (files: FileList | null) => unknown;
}) {
  return (
    <label class="button">
      {label}
      <input
        type="file"
        multiple
        accept={accept}
        onChange={async ({currentTarget}) => {
          try {
            await onFiles(currentTarget.files);
          } finally {
            currentTarget.value = ''; // so that the same files can be chosen again
          }
        }}
      />
    </label>
  );
}

async function share(say: (text: string) => void): Promise<void> {
  let isCopied = true;
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    isCopied = false; // no clipboard on this page, or it was not allowed
  }
  const {loadedDensity, settings} = info.value ?? {};
  const lacks = [
    ...(settings?.data === 'files' ? ['your files'] : []),
    ...(loadedDensity === undefined ? [] : ['the model that was loaded']),
  ].join(' and ');
  const holds = lacks
    ? `holds the settings, but not ${lacks}: by itself it does not repeat this run.`
    : 'holds the settings and the seed, so it repeats this run.';
  say(
    isCopied ? `Copied: the link ${holds}` : `Not copied: this browser gives no clipboard. The address above ${holds}`,
  );
}

async function downloadModel(): Promise<void> {
  const answer = await ask({type: 'save'}, 'saved');
  if (!answer) return;
  const {model} = answer;
  download('model.json', model.json, 'application/json');
  download('model.weights.bin', model.weights, 'application/octet-stream');
}

/** Takes `model.json` and its weights, and begins a run from them. */
async function loadModel(files: FileList | null): Promise<void> {
  const chosen = [...(files ?? [])];
  const json = chosen.find(({name}) => name.endsWith('.json'));
  const weights = chosen.find(({name}) => name.endsWith('.bin'));
  if (!json || !weights) {
    failure.value = 'Load model: choose model.json and model.weights.bin together.';
    return;
  }
  await load({json: await json.text(), weights: await weights.arrayBuffer()});
}

async function downloadLog(): Promise<void> {
  const answer = await ask({type: 'log'}, 'log');
  answer?.logs.forEach((text, i) => {
    download(i === 0 ? 'sparse.jsonl' : 'dense.jsonl', text, 'application/jsonl');
  });
}

/** The library's report of both networks, in a page of its own. */
async function openReport(): Promise<void> {
  const [answer, {parseRunLog, renderReport}] = await Promise.all([ask({type: 'log'}, 'log'), import('itop/report')]);
  if (!answer) return;
  const html = renderReport(answer.logs.map(parseRunLog), {title: 'A run of the playground'});
  open(URL.createObjectURL(new Blob([html], {type: 'text/html'})));
}

function download(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], {type}));
  const link = Object.assign(document.createElement('a'), {href: url, download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
