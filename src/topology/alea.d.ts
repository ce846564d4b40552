/** The package's types are those of its main module, which holds six more generators. */
declare module 'seedrandom/lib/alea.js' {
  import type seedrandom from 'seedrandom';

  const alea: (typeof seedrandom)['alea'];
  export default alea;
}
