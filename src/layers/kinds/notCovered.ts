/** Why a model or a step cannot run as a plan of the loops, or be replayed. */
export class NotCovered extends Error {}
