/** The second argument of a handler. */
export function invocationContext(worker, invocation) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: worker.functionName,
    functionVersion: worker.version,
    invokedFunctionArn: invocation.invokedFunctionArn,
    memoryLimitInMB: String(worker.memorySizeMb),
    awsRequestId: invocation.requestId,
    logGroupName: worker.logGroup,
    logStreamName: worker.logStream,
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadlineMs - machineNow()),
  };
}

// the deadline is enforced by the machine's clock, even when `Date` shows the cloud's time
const machineNow = () => performance.timeOrigin + performance.now();
