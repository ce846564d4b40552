/** The elementwise activations of the loops, by the number that the loops know them by. */
export const ACTIVATIONS = {relu: 0, leakyRelu: 1, sigmoid: 2, tanh: 3} as const;
