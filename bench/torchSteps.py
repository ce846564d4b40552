"""Training steps of the networks of `npm run bench -- --parts webgpu` by PyTorch on the same GPU, dense and with masks.

Writes one JSON object per row: the best and the median of milliseconds per step. Usage: torchSteps.py [file] [networks...]
"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

DEVICE = 'cuda' if torch.cuda.is_available() else 'cpu'
DENSITY = 0.05
STEPS = 20


def mlp(*widths):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(outputs) for _ in range(2))
        self.shortcut = nn.Identity()
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.norms[0](self.first(x)))
        return F.relu(self.norms[1](self.second(y)) + self.shortcut(x))


def resnet18():
    stages = [(64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2)]
    blocks = [Block(*shape) for i, o, s in stages for shape in ((i, o, s), (o, o, 1))]
    stem = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


class WideBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.norm = nn.BatchNorm2d(inputs)
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.middle = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False) if inputs != outputs else None

    def forward(self, x):
        activated = F.relu(self.norm(x))
        residual = self.second(F.relu(self.middle(self.first(activated))))
        return residual + (self.shortcut(activated) if self.shortcut else x)


def wrn22x2():
    blocks, inputs = [], 16
    for group, outputs in enumerate((32, 64, 128)):
        for block in range(3):
            blocks.append(WideBlock(inputs, outputs, 2 if group > 0 and block == 0 else 1))
            inputs = outputs
    head = [nn.BatchNorm2d(128), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10)]
    return nn.Sequential(nn.Conv2d(3, 16, 3, 1, 1, bias=False), *blocks, *head)


def vgg16c():
    stages = [[(3, 64), (3, 64)], [(3, 128), (3, 128)]] + [[(3, c), (3, c), (1, c)] for c in (256, 512, 512)]
    layers, inputs = [], 3
    for stage in stages:
        for size, outputs in stage:
            layers += [nn.Conv2d(inputs, outputs, size, 1, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
        layers.append(nn.MaxPool2d(2))
    layers.append(nn.Flatten())
    for inputs in (2048, 512):
        layers += [nn.Linear(inputs, 512), nn.ReLU(), nn.BatchNorm1d(512)]
    return nn.Sequential(*layers, nn.Linear(512, 10))


NETWORKS = {
    'MLP-4096': (lambda: mlp(3072, 4096, 4096, 10), (3072,), 256),
    'ResNet-18': (resnet18, (3, 32, 32), 128),
    'MLP-CIFAR10': (lambda: mlp(3072, 1024, 512, 10), (3072,), 128),
    'LeNet-300-100': (lambda: mlp(784, 300, 100, 10), (784,), 100),
    'WRN-22-2': (wrn22x2, (3, 32, 32), 128),
    'VGG-16-C': (vgg16c, (3, 32, 32), 128),
}


def synchronize():
    if DEVICE == 'cuda':
        torch.cuda.synchronize()


def timed_steps(build, shape, batch, masked):
    torch.manual_seed(1)
    model = build().to(DEVICE)
    x = torch.randn(batch, *shape, device=DEVICE)
    y = torch.arange(batch, device=DEVICE) % 10
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    kernels = [p for p in model.parameters() if p.dim() > 1]
    masks = [(torch.rand_like(p) < DENSITY).float() for p in kernels] if masked else []

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(x), y).backward()
        with torch.no_grad():
            for kernel, mask in zip(kernels, masks):
                kernel.grad.mul_(mask)
            optimizer.step()
            for kernel, mask in zip(kernels, masks):
                kernel.mul_(mask)

    for _ in range(5):
        step()
    times = []
    for _ in range(7):
        synchronize()
        start = time.perf_counter()
        for _ in range(STEPS):
            step()
        synchronize()
        times.append(1000 * (time.perf_counter() - start) / STEPS)
    return min(times), sorted(times)[len(times) // 2]


def main(file, names):
    rows = []
    for name in names or NETWORKS:
        build, shape, batch = NETWORKS[name]
        for tf32 in (False, True):
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
            for masked in (False, True):
                best, median = timed_steps(build, shape, batch, masked)
                rows.append({
                    'network': name, 'batch': batch, 'masked': masked, 'tf32': tf32, 'min': best, 'median': median,
                    'device': torch.cuda.get_device_name() if DEVICE == 'cuda' else 'cpu', 'torch': torch.__version__,
                })
                print(rows[-1], flush=True)
                if file:
                    with open(file, 'w') as out:
                        json.dump(rows, out, indent=2)


if __name__ == '__main__':
    main(sys.argv[1] if len(sys.argv) > 1 else None, sys.argv[2:])
