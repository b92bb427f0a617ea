// Loaded into every child (`node --import`): its standard input is a pipe from the parent, which closes however the
// parent ends, by SIGKILL too. Then the child's whole process group goes, pip and trainers included.
const GRACE_MS = 5000;

process.stdin.on('error', leave).on('end', leave).on('close', leave).resume();
process.stdin.unref?.();

let leaving = false;

function leave() {
  if (leaving) return;
  leaving = true;
  setTimeout(() => signalGroup('SIGKILL'), GRACE_MS).unref();
  signalGroup('SIGTERM');
}

/** @param {NodeJS.Signals} name */
function signalGroup(name) {
  try {
    process.kill(process.platform === 'win32' ? process.pid : -process.pid, name);
  } catch {
    process.exit(1); // leads no group: there is only this process
  }
}
