"""The other side of `npm run bench -- --parts pytorch`: reads requests, one JSON object per line, and answers each with the CPU time and
the wall time that it took, in milliseconds.

A request: {"network", "task": "train" | "predict" | "update", "kind": "dense" | "masked" | "csr", "density", "batch", "threads", "times"}.
"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from torchSteps import NETWORKS


class CsrProduct(torch.autograd.Function):
    """y = x Wᵀ with W in compressed rows: by hand, as PyTorch has no gradient for the values alone."""

    @staticmethod
    def forward(ctx, x, values, layer):
        ctx.save_for_backward(x)
        ctx.layer = layer
        return torch.sparse.mm(layer.matrix(values), x.t()).t()

    @staticmethod
    def backward(ctx, dy):
        (x,) = ctx.saved_tensors
        layer = ctx.layer
        zeros = layer.matrix(torch.zeros_like(layer.values))
        d_values = torch.sparse.sampled_addmm(zeros, dy.t().contiguous(), x).values()
        dx = torch.sparse.mm(layer.transposed(), dy.t()).t() if ctx.needs_input_grad[0] else None
        return dx, d_values, None


class CsrLinear(nn.Module):
    def __init__(self, dense, density):
        super().__init__()
        mask = torch.rand_like(dense.weight) < density
        csr = (dense.weight.detach() * mask).to_sparse_csr()
        self.shape, self.bias = csr.shape, dense.bias
        self.values = nn.Parameter(csr.values().clone())
        self.rows, self.cols = csr.crow_indices(), csr.col_indices()
        # Where each value of the transposed matrix is.
        places = torch.sparse_csr_tensor(self.rows, self.cols, torch.arange(1.0, len(csr.values()) + 1, dtype=torch.double), csr.shape)
        other = places.to_dense().t().contiguous().to_sparse_csr()
        self.rows_t, self.cols_t, self.order = other.crow_indices(), other.col_indices(), other.values().long() - 1

    def matrix(self, values):
        return torch.sparse_csr_tensor(self.rows, self.cols, values, self.shape)

    def transposed(self):
        return torch.sparse_csr_tensor(self.rows_t, self.cols_t, self.values.detach()[self.order], self.shape[::-1])

    def forward(self, x):
        return CsrProduct.apply(x, self.values, self) + self.bias


class Trained:
    """A network with all that its tasks need."""

    def __init__(self, network, kind, density, batch, layout):
        torch.manual_seed(1)
        build, shape, _ = NETWORKS[network]
        model = build()
        if kind == 'csr':
            model = nn.Sequential(*(CsrLinear(m, density) if isinstance(m, nn.Linear) else m for m in model))
        self.x = torch.randn(batch, *shape)
        if layout is not None and len(shape) == 3:
            model, self.x = model.to(memory_format=layout), self.x.to(memory_format=layout)
        self.model, self.y = model, torch.arange(batch) % 10
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        self.kernels = [p for p in model.parameters() if p.dim() > 1] if kind == 'masked' else []
        self.masks = [(torch.rand_like(p) < density).float() for p in self.kernels]

    def train(self):
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(self.model(self.x), self.y).backward()
        with torch.no_grad():
            for kernel, mask in zip(self.kernels, self.masks):
                kernel.grad.mul_(mask)
            self.optimizer.step()
            for kernel, mask in zip(self.kernels, self.masks):
                kernel.mul_(mask)

    def predict(self):
        self.model.eval()
        with torch.no_grad():
            self.model(self.x)

    @torch.no_grad()
    def update(self):
        """RigL: drops 30 % of the connections by magnitude, grows as many by gradient."""
        for kernel, mask in zip(self.kernels, self.masks):
            weight, flat = kernel.reshape(-1), mask.reshape(-1)
            count = int(0.3 * flat.sum())
            gradient = torch.randn_like(weight)
            weakest = torch.topk(torch.where(flat > 0, weight.abs(), torch.inf), count, largest=False).indices
            flat[weakest] = 0
            strongest = torch.topk(torch.where(flat > 0, -1.0, gradient.abs()), count).indices
            flat[strongest] = 1
            if flat.data_ptr() != mask.data_ptr():  # In another memory layout it is a copy.
                mask.copy_(flat.view(mask.shape))
            kernel.mul_(mask)


trained = {}
trained_for = None


def networkOf(network, kind, density, batch, task):
    """The network in the memory layout in which it is faster; those of one case are kept until the next."""
    global trained_for
    if trained_for != (network, batch, task):
        trained.clear()
        trained_for = (network, batch, task)
    key = (kind, density)
    if key not in trained:
        is_image = len(NETWORKS[network][1]) == 3
        ways = [Trained(network, kind, density, batch, layout) for layout in ([None, torch.channels_last] if is_image else [None])]
        for way in ways:
            getattr(way, task)()
        trained[key] = min(ways, key=lambda way: timed(getattr(way, task), 1)['cpu']) if is_image else ways[0]
    return trained[key]


def timed(run, times):
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        run()
    return {'cpu': 1000 * (time.process_time() - cpu), 'wall': 1000 * (time.perf_counter() - wall)}


print(json.dumps({'torch': torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    torch.set_num_threads(request['threads'])
    try:
        about = [request[name] for name in ('network', 'kind', 'density', 'batch', 'task')]
        answer = timed(getattr(networkOf(*about), request['task']), request['times'])
    except RuntimeError as error:
        answer = {'error': str(error).splitlines()[0]}
    print(json.dumps(answer), flush=True)
