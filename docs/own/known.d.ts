// What the scripts know of the rest of the page: Python's engine, and the playground.
declare var BPLIT: any;
declare var desk: any;
