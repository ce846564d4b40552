import 'uplot/dist/uPlot.min.css';
import './style.css';
import {render} from 'preact';
import {begin} from './store.ts';
import {App} from './view/app.tsx';

render(<App />, document.getElementById('app')!);
begin();
