"""Continues the training of a sparse model of itop in PyTorch, with its masks, on any number of processes.

    torchrun --nproc-per-node 2 train.py FOLDER

FOLDER holds model.safetensors (of saveTorch), and the data x.f32 and y.i32. Each process trains on its share of every batch, and the
gradients are averaged. Process 0 writes before.f32 (predictions for x before the training), trained.safetensors and after.f32.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

TYPES = {'F32': np.dtype('<f4'), 'BOOL': np.dtype('bool')}


def load(path):
    """The tensors of a file of safetensors: the length of the header, the header in JSON, the numbers."""
    data = path.read_bytes()
    (length,) = struct.unpack('<Q', data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop('__metadata__', None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry['data_offsets'])
        numbers = np.frombuffer(data[begin:end], TYPES[entry['dtype']]).reshape(entry['shape'])
        tensors[name] = torch.from_numpy(numbers.copy())
    return tensors


def save(path, tensors):
    header, parts, at = {}, [], 0
    for name, tensor in tensors.items():
        part = tensor.detach().contiguous().numpy().tobytes()
        kind = 'BOOL' if tensor.dtype == torch.bool else 'F32'
        header[name] = {'dtype': kind, 'shape': list(tensor.shape), 'data_offsets': [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack('<Q', len(text)) + text + b''.join(parts))


class Masked(torch.nn.Module):
    """A multilayer perceptron with relu between its layers, sparse where there is a mask."""

    def __init__(self, tensors):
        super().__init__()
        names = [name.removesuffix('.weight') for name in tensors if name.endswith('.weight')]
        for name in names:
            outputs, inputs = tensors[f'{name}.weight'].shape
            self.add_module(name, torch.nn.Linear(inputs, outputs))
        self.masks = {name: tensors[f'{name}.mask'] for name in names if f'{name}.mask' in tensors}
        self.load_state_dict({name: tensor for name, tensor in tensors.items() if not name.endswith('.mask')})
        # What has no connection gets no gradient, so no optimizer moves it.
        for name, mask in self.masks.items():
            getattr(self, name).weight.register_hook(lambda gradient, mask=mask: gradient * mask)

    def forward(self, x):
        *hidden, last = [layer for _, layer in self.named_children()]
        for layer in hidden:
            x = torch.relu(layer(x))
        return last(x)


def main(folder):
    dist.init_process_group('gloo')
    rank, processes = dist.get_rank(), dist.get_world_size()
    torch.manual_seed(1)
    model = Masked(load(folder / 'model.safetensors'))
    y = torch.from_numpy(np.fromfile(folder / 'y.i32', np.int32)).long()
    x = torch.from_numpy(np.fromfile(folder / 'x.f32', np.float32)).reshape(len(y), -1)

    def predict(name):
        with torch.no_grad():
            torch.softmax(model(x), 1).numpy().tofile(folder / name)

    if rank == 0:
        predict('before.f32')
    parallel = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for epoch in range(3):
        order = torch.randperm(len(y), generator=torch.Generator().manual_seed(epoch))
        for batch in order.split(100):
            own = batch[rank::processes]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(parallel(x[own]), y[own]).backward()
            optimizer.step()
    if rank == 0:
        masks = {f'{name}.mask': mask for name, mask in model.masks.items()}
        save(folder / 'trained.safetensors', {**model.state_dict(), **masks})
        predict('after.f32')
    dist.destroy_process_group()


if __name__ == '__main__':
    main(Path(sys.argv[1]))
