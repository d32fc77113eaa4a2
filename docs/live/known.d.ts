// What the scripts know of each other, and of the worker's world.
declare var BPLIT: any;
declare function loadPyodide(options: object): Promise<any>;
