"""
Executes the notebooks of examples/notebooks by Deno's kernel, with the library of this checkout.

    python3 scripts/notebooks.py            writes their outputs into them (npm run notebooks)
    python3 scripts/notebooks.py --check    executes copies, and looks at the outputs that are there

Needs Debian's package python3-nbclient, or nbclient from PyPI, and node; npx brings Deno.
"""

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from queue import Empty

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbclient.util import ensure_async

DENO = 'deno@2.9.6'
FOLDER = Path(__file__).resolve().parent.parent / 'examples' / 'notebooks'
MOST_BYTES = 300_000
# Deno's kernel may send the last outputs of a cell after it has said that it is done.
SECONDS_FOR_LATE_OUTPUTS = 0.3
# What the data's loader says where it has no MNIST: a reader wants to see results.
LACKS_MNIST = 'taking the built-in synthetic digits'
SHOWS = re.compile(r'^(chart|pictures|reportSection|console\.log)\(', re.MULTILINE)


class PatientClient(NotebookClient):
    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        await super()._async_poll_output_msg(parent_msg_id, cell, cell_index)
        while True:
            try:
                message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=SECONDS_FOR_LATE_OUTPUTS))
            except Empty:
                return
            self.process_message(message, cell, cell_index)


def install_kernel(folder):
    """Deno as a kernel that only this process knows."""
    argv = ['npx', '--yes', DENO, 'jupyter', '--kernel', '--conn', '{connection_file}']
    kernel = Path(folder) / 'kernels' / 'deno'
    kernel.mkdir(parents=True)
    (kernel / 'kernel.json').write_text(json.dumps({'argv': argv, 'display_name': 'Deno', 'language': 'typescript'}))
    os.environ.update(JUPYTER_PATH=str(folder), DENO_NO_UPDATE_CHECK='1', NO_COLOR='1')


def execute(path):
    notebook = nbformat.read(path, as_version=4)
    resources = {'metadata': {'path': str(path.parent)}}
    PatientClient(notebook, kernel_name='deno', timeout=300, record_timing=False, resources=resources).execute()
    for cell in notebook.cells:
        join_streams(cell)
    return notebook


def join_streams(cell):
    """Makes one output of what a cell printed line by line."""
    joined = []
    for output in cell.get('outputs', []):
        if joined and output.output_type == 'stream' == joined[-1].output_type and output.name == joined[-1].name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    if joined:
        cell.outputs = joined


def faults(path):
    """What is wrong with a notebook as it is committed."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == 'code']
    size = path.stat().st_size
    if size > MOST_BYTES:
        yield f'must have at most {MOST_BYTES} bytes, received {size}'
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        yield 'must be executed from top to bottom'
    for number, cell in enumerate(cells, 1):
        if any(output.output_type == 'error' for output in cell.outputs):
            yield f'must have no error, received one in cell [{number}]'
        if any(LACKS_MNIST in output.get('text', '') for output in cell.outputs):
            yield f'must have results of MNIST, received drawn digits in cell [{number}]. Name a folder with mnist by ITOP_DATA'
        if SHOWS.search(cell.source) and not cell.outputs:
            yield f'must have an output of cell [{number}], received none'


def main(is_check):
    found = []
    with tempfile.TemporaryDirectory() as folder:
        install_kernel(folder)
        for path in sorted(FOLDER.glob('*.ipynb')):
            print(path.name, flush=True)
            try:
                notebook = execute(path)
            except CellExecutionError as error:
                found.append(f'{path.name} must run, received {error}')
                continue
            if not is_check:
                nbformat.write(notebook, path)
            found += [f'{path.name} {fault}. Run npm run notebooks, and commit what it writes.' for fault in faults(path)]
    print('\n'.join(found) or 'All notebooks run.')
    return 1 if found else 0


sys.exit(main('--check' in sys.argv[1:]))
