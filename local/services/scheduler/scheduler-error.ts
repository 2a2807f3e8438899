import { AwsError } from '../../cloud/aws-error.ts';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message, { status: 400 });
}

export function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${what} does not exist.`, { status: 404 });
}

export function conflict(what: string): AwsError {
  return new AwsError('ConflictException', `${what} already exists.`, { status: 409 });
}
