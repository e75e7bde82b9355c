"""What changes players: one module a subject, one public function a transaction."""
