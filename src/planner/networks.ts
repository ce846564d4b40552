/** A network to plan for: its kernels as {@link readShapes} reads them, and the samples it is usually trained on. */
export interface KnownNetwork {
  readonly layers: string;
  readonly samples: number;
}

/** The networks of the papers on sparse training, by the names they have there. Equal kernels stand together. */
export const NETWORKS: Readonly<Record<string, KnownNetwork>> = {
  'LeNet-300-100': {layers: '784x300 300x100 100x10', samples: 60_000},
  'LeNet-5': {layers: '5x5x1x20 5x5x20x50 800x500 500x10', samples: 60_000},
  'MLP-CIFAR10': {layers: '3072x1024 1024x512 512x10', samples: 50_000},
  'VGG-16-C': {
    layers:
      '3x3x3x64 3x3x64x64 3x3x64x128 3x3x128x128 3x3x128x256 3x3x256x256 1x1x256x256 3x3x256x512 3*3x3x512x512 ' +
      '2*1x1x512x512 2048x512 512x512 512x10',
    samples: 50_000,
  },
  'ResNet-18': {
    layers:
      '3x3x3x64 4*3x3x64x64 3x3x64x128 3*3x3x128x128 1x1x64x128 3x3x128x256 3*3x3x256x256 1x1x128x256 ' +
      '3x3x256x512 3*3x3x512x512 1x1x256x512 512x10',
    samples: 50_000,
  },
  'ResNet-34': {
    layers:
      '3x3x3x64 6*3x3x64x64 3x3x64x128 7*3x3x128x128 1x1x64x128 3x3x128x256 11*3x3x256x256 1x1x128x256 ' +
      '3x3x256x512 5*3x3x512x512 1x1x256x512 512x10',
    samples: 50_000,
  },
  'ResNet-50': {
    layers:
      '7x7x3x64 1x1x64x64 3*3x3x64x64 4*1x1x64x256 2*1x1x256x64 1x1x256x128 4*3x3x128x128 4*1x1x128x512 1x1x256x512 ' +
      '3*1x1x512x128 1x1x512x256 6*3x3x256x256 6*1x1x256x1024 1x1x512x1024 5*1x1x1024x256 1x1x1024x512 3*3x3x512x512 ' +
      '3*1x1x512x2048 1x1x1024x2048 2*1x1x2048x512 2048x1000',
    samples: 1_281_167,
  },
  'WRN-22-2': {
    layers:
      '3x3x3x16 3x3x16x32 5*3x3x32x32 1x1x16x32 3x3x32x64 5*3x3x64x64 1x1x32x64 3x3x64x128 5*3x3x128x128 1x1x64x128 128x10',
    samples: 50_000,
  },
};
