import type {Boundary} from '../protocol.ts';
import type {Session} from './session.ts';

/** Cells in a row of the map. */
const SIZE = 40;
/** The middles of the cells over [−1, 1] × [−1, 1], the upper left corner first. */
const CELLS = Float32Array.from({length: 2 * SIZE * SIZE}, (_, i) => {
  const cell = i >> 1;
  return i % 2 === 0 ? (2 * ((cell % SIZE) + 0.5)) / SIZE - 1 : 1 - (2 * (Math.floor(cell / SIZE) + 0.5)) / SIZE;
});

/** What the networks of a session say of the whole plane. */
export async function planeMap(session: Session): Promise<Boundary> {
  const {sparse, dense} = await session.predict(CELLS, SIZE * SIZE);
  const bytes = (probabilities: Float32Array) =>
    Uint8Array.from({length: SIZE * SIZE}, (_, cell) => 255 * probabilities[2 * cell + 1]);
  return {size: SIZE, maps: {sparse: bytes(sparse), ...(dense ? {dense: bytes(dense)} : {})}};
}
