// 151 bytes of WebAssembly, made from koalabear.as.ts by scripts/build-kernels.mjs (assemblyscript 0.28.20).

export const sha256 = '5a5ab25abc5e18e5e5b082f4b91208d96f6d249fbcf300c66369107459d3cdd2';

export const base64 =
  'AGFzbQEAAAABCAFgBH9/f38AAg8BA2VudgZtZW1vcnkCAAEDAgEABwwBCGFkZFdvcmRzAAAKYAFeAQF7IAAgA2ohAwNAIAAgA0kEQCACIAD9AAQAIAH9AAQA/a4BIgQgBP0MAQAAfwEAAH8BAAB/AQAAf/2xAf23Af0LBAAgAEEQaiEAIAFBEGohASACQRBqIQIMAQsLCw==';
