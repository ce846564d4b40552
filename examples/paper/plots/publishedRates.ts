/** The paper's Table 1: R_s of ResNet-18 on CIFAR-10 by SET at density 0.05. */
export const PUBLISHED_RATES = {
  /** P, down the rows. */
  dropFractions: [0.9, 0.7, 0.5, 0.3, 0.1],
  /** ΔT, across. */
  intervals: [15000, 10000, 8000, 5000, 3000],
  rates: [
    [0.113, 0.15, 0.176, 0.247, 0.353],
    [0.1, 0.13, 0.151, 0.21, 0.3],
    [0.086, 0.109, 0.125, 0.17, 0.241],
    [0.071, 0.086, 0.096, 0.126, 0.174],
    [0.056, 0.061, 0.065, 0.076, 0.096],
  ],
};
