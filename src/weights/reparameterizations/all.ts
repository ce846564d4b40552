// Each makes itself known.
import './hardConcrete.ts';
import './softThreshold.ts';
import './srSte.ts';
import './topKast.ts';
import './trainableMask.ts';
