/**
 * A report of trainings from their logs, without TensorFlow.js. Needs the packages `@observablehq/plot` and `linkedom`.
 *
 * @module itop/report
 */

export {parseRunLog, type Run} from './log/parseRunLog.ts';
export type {DamagedLine} from './log/readLines.ts';
export {runCsv} from './log/runCsv.ts';
export type {EpochLine, Measures, PicturesLine, RunLayer, StartLine, UpdateLine} from './log/runLines.ts';
export type {DensityGrid, Histogram, TopologyPicture} from './log/topologyPicture.ts';
export {type ReportOptions, renderReport} from './report/renderReport.ts';
