/** Why a model or a step cannot run as a plan of the loops. */
export class NotCovered extends Error {}
