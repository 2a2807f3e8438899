import { AwsError } from '../../cloud/aws-error.ts';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** @param what for example `Rule r does not exist on EventBus default` */
export function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${what}.`);
}

export function alreadyExists(what: string): AwsError {
  return new AwsError('ResourceAlreadyExistsException', `${what} already exists.`);
}

export function limitExceeded(): AwsError {
  return new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}
